import type { Health } from './health.ts'
import type { Kind } from './kinds.ts'

/** What came of a lane's turn: where the lane goes next, and the records taken, each settled when its slot is free again. */
export interface Turn {
  /** 'again': at the end of the line; a time: then; null: nothing waits (a `wake` brings it back). */
  next: 'again' | number | null
  taken: readonly Promise<void>[]
}

/**
 * Lanes and times, nothing else. Losing every message loses nothing: `sweep` wakes what is due. Waking a lane that
 * waits already is free.
 */
export interface Queue {
  /** This lane has work due, now or at a time. Never throws, never blocks. */
  wake(kind: Kind, lane: string, at?: number): void
  /**
   * Lanes with due work take turns at `slots` slots; `takeTurn` gets the number it may take now. A tenant holds no more than its
   * share of them (`domain/fair-share.ts`) while others have lanes or slots here, or `hasOthers` says that they may come any moment.
   */
  consume(
    kind: Kind,
    slots: number,
    takeTurn: (lane: string, room: number) => Promise<Turn>,
    hasOthers?: (tenantId: string) => boolean,
  ): void
  /** No more turns; resolves when the turns under way have given their answer (what they took may still run). */
  stop(): Promise<void>
  health(): Promise<Health>
  close(): Promise<void>
}
