import { shareOf, tenantOfLane } from '../domain/fair-share.ts'
import type { Kind } from '../ports/kinds.ts'
import type { Turn } from '../ports/queue.ts'
import type { Clock, Log } from '../ports/runtime.ts'
import { createLaneRotation } from './lane-rotation.ts'

/** Records taken in one turn at most, so that lanes alternate even when slots are plenty. */
const MAX_TURN = 32
/** A lane whose turn failed comes back after this, milliseconds. */
const FAILED_TURN_PAUSE_MS = 1_000

/** Gives a lane its turn at `room` slots. */
export type TakeTurn = (lane: string, room: number) => Promise<Turn>

/** What `createSlots` needs: `count` slots, and what is called as turns begin and end. */
export interface SlotsOptions {
  kind: Kind
  count: number
  takeTurn: TakeTurn
  /** Whether a tenant besides this one may have work any moment, though none of its lanes is here. */
  hasOthers?: ((tenantId: string) => boolean) | undefined
  /** Called when a turn begins: its lane waits here no more. */
  began(lane: string): void
  /** Called when a turn has ended, with what happens to its lane next. */
  ended(lane: string, next: Turn['next']): void
  /** Called when a slot is free again. */
  freed(): void
  clock: Clock
  log: Log
}

/**
 * What a process can run of one kind at a time, the lanes that wait here for their turn at it, and the turns under way. No tenant
 * holds more than its share of the slots while there are others: its lanes wait, and the next of them has its turn when one of its slots is
 * free again.
 */
export interface Slots {
  /** Slots that no turn or record holds. */
  free(): number
  /** Lanes that wait here. */
  waiting(): number
  /** Adds lanes to those that wait here, while `elsewhere` more wait in other places. Their turns begin as soon as there are slots. */
  add(lanes: Iterable<string>, elsewhere?: number): void
  /** Takes out at most `count` of the lanes that wait. */
  takeBack(count: number): string[]
  /** Begins no more turns; resolves when those under way have ended (what they took may still run), with the lanes that still wait. */
  stop(): Promise<string[]>
}

/** The slots of one kind; no turn begins before `add`. */
export function createSlots({ kind, count, takeTurn, hasOthers = () => false, began, ended, freed, clock, log }: SlotsOptions): Slots {
  const lanes = createLaneRotation()
  const underWay = new Set<Promise<void>>()
  /** Slots held, by tenant. */
  const held = new Map<string, number>()
  let free = count
  let waitingElsewhere = 0
  let stopped = false

  function hold(tenantId: string, change: number): void {
    const now = (held.get(tenantId) ?? 0) + change
    if (now === 0) held.delete(tenantId)
    else held.set(tenantId, now)
    free -= change
  }

  /** The slots that its share leaves a tenant. */
  function roomOf(tenantId: string): number {
    const shared = lanes.hasOthers(tenantId) || held.size > (held.has(tenantId) ? 1 : 0) || hasOthers(tenantId)
    return shareOf(count, shared) - (held.get(tenantId) ?? 0)
  }

  /** The slots for a lane's turn: other waiting lanes whose tenants have room keep their part of the free slots. */
  function roomForTurn(tenantId: string): number {
    let others = lanes.size + waitingElsewhere
    for (const holder of held.keys()) if (roomOf(holder) <= 0) others -= lanes.sizeOf(holder)
    return Math.min(MAX_TURN, roomOf(tenantId), Math.max(1, Math.floor(free / (others + 1))))
  }

  function giveTurns(): void {
    while (!stopped && free > 0) {
      const lane = lanes.next((tenantId) => roomOf(tenantId) > 0)
      if (lane === undefined) return
      const turn = run(lane)
      underWay.add(turn)
      void turn.finally(() => underWay.delete(turn))
    }
  }

  async function run(lane: string): Promise<void> {
    const tenantId = tenantOfLane(lane)
    const room = roomForTurn(tenantId)
    hold(tenantId, room)
    began(lane)
    let turn: Turn
    try {
      turn = await takeTurn(lane, room)
    } catch (error) {
      log.error({ kind, lane }, 'a turn failed', error)
      turn = { next: clock.now() + FAILED_TURN_PAUSE_MS, taken: [] }
    }
    hold(tenantId, turn.taken.length - room)
    for (const slot of turn.taken) slot.finally(() => release(tenantId))
    ended(lane, turn.next)
    giveTurns()
    freed()
  }

  function release(tenantId: string): void {
    hold(tenantId, -1)
    giveTurns()
    freed()
  }

  function takeBack(most: number): string[] {
    const taken: string[] = []
    while (taken.length < most) {
      const lane = lanes.next(() => true)
      if (lane === undefined) break
      taken.push(lane)
    }
    return taken
  }

  return {
    free: () => free,
    waiting: () => lanes.size,
    add(added, elsewhere = 0) {
      waitingElsewhere = elsewhere
      for (const lane of added) lanes.add(lane)
      giveTurns()
    },
    takeBack,
    async stop() {
      stopped = true
      await Promise.all(underWay)
      return takeBack(lanes.size)
    },
  }
}
