import type { Clock, Kind, Log, Turn } from '../ports.ts'

/** Records taken in one turn at most, so that lanes alternate even when slots are plenty. */
const MAX_TURN = 32
/** A lane whose turn failed comes back after this, milliseconds. */
const FAILED_TURN_PAUSE_MS = 1_000

export type TakeTurn = (lane: string, room: number) => Promise<Turn>

export interface SlotsOptions {
  kind: Kind
  count: number
  takeTurn: TakeTurn
  /** A turn has ended: where its lane goes next. */
  ended(lane: string, next: Turn['next']): void
  /** A slot is free again. */
  freed(): void
  clock: Clock
  log: Log
}

/** What a process can run of one kind at a time, and the turns under way. */
export interface Slots {
  free(): number
  /** Begins a lane's turn while `waiting` others stand in line. Call it with a free slot only. */
  giveTurn(lane: string, waiting: number): void
  /** Resolves when the turns under way have ended (what they took may still run). */
  turnsEnded(): Promise<void>
}

export function createSlots({ kind, count, takeTurn, ended, freed, clock, log }: SlotsOptions): Slots {
  const underWay = new Set<Promise<void>>()
  let free = count

  async function run(lane: string, room: number): Promise<void> {
    free -= room
    let turn: Turn
    try {
      turn = await takeTurn(lane, room)
    } catch (error) {
      log.error({ kind, lane, error: String(error) }, 'a turn failed')
      turn = { next: clock.now() + FAILED_TURN_PAUSE_MS, taken: [] }
    }
    free += room - turn.taken.length
    for (const slot of turn.taken) slot.finally(release)
    ended(lane, turn.next)
    freed()
  }

  function release(): void {
    free += 1
    freed()
  }

  return {
    free: () => free,
    giveTurn(lane, waiting) {
      // The others in line get their share of the free slots first.
      const room = Math.min(MAX_TURN, Math.max(1, Math.floor(free / (waiting + 1))))
      const turn = run(lane, room)
      underWay.add(turn)
      void turn.finally(() => underWay.delete(turn))
    },
    async turnsEnded() {
      await Promise.all(underWay)
    },
  }
}
