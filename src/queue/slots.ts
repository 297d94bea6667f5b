import { shareOf, tenantOfLane } from '../domain/fair-share.ts'
import type { Kind } from '../ports/kinds.ts'
import type { Turn } from '../ports/queue.ts'
import type { Clock, Log } from '../ports/runtime.ts'
import { createLine } from './embedded/lane-line.ts'

/** Records taken in one turn at most, so that lanes alternate even when slots are plenty. */
const MAX_TURN = 32
/** A lane whose turn failed comes back after this, milliseconds. */
const FAILED_TURN_PAUSE_MS = 1_000

export type TakeTurn = (lane: string, room: number) => Promise<Turn>

export interface SlotsOptions {
  kind: Kind
  count: number
  takeTurn: TakeTurn
  /** Whether a tenant besides this one may have work any moment, though none of its lanes is here. */
  hasOthers?: ((tenantId: string) => boolean) | undefined
  /** A turn begins: its lane has left the line. */
  began(lane: string): void
  /** A turn has ended: where its lane goes next. */
  ended(lane: string, next: Turn['next']): void
  /** A slot is free again. */
  freed(): void
  clock: Clock
  log: Log
}

/**
 * What a process can run of one kind at a time, the lanes that wait here for their turn at it, and the turns under way. No tenant
 * holds more than its share of the slots while there are others: its lanes stay in line, and the next of them has its turn when
 * one of its slots is free again.
 */
export interface Slots {
  free(): number
  /** Lanes in line. */
  waiting(): number
  /** The lanes stand in line here, `elsewhere` more in other places; their turns begin as soon as there are slots for them. */
  add(lanes: Iterable<string>, elsewhere?: number): void
  /** Takes out of the line what has no slot now: at most `count` lanes. */
  takeBack(count: number): string[]
  /** No more turns; resolves when those under way have ended (what they took may still run), with the lanes still in line. */
  stop(): Promise<string[]>
}

export function createSlots({ kind, count, takeTurn, hasOthers = () => false, began, ended, freed, clock, log }: SlotsOptions): Slots {
  const line = createLine()
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

  /** What its share leaves a tenant. */
  function roomOf(tenantId: string): number {
    const shared = line.hasOthers(tenantId) || held.size > (held.has(tenantId) ? 1 : 0) || hasOthers(tenantId)
    return shareOf(count, shared) - (held.get(tenantId) ?? 0)
  }

  /** The others in line whose tenants have room get their part of the free slots first. */
  function roomForTurn(tenantId: string): number {
    let others = line.size + waitingElsewhere
    for (const holder of held.keys()) if (roomOf(holder) <= 0) others -= line.sizeOf(holder)
    return Math.min(MAX_TURN, roomOf(tenantId), Math.max(1, Math.floor(free / (others + 1))))
  }

  function giveTurns(): void {
    while (!stopped && free > 0) {
      const lane = line.next((tenantId) => roomOf(tenantId) > 0)
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
    const lanes: string[] = []
    while (lanes.length < most) {
      const lane = line.next(() => true)
      if (lane === undefined) break
      lanes.push(lane)
    }
    return lanes
  }

  return {
    free: () => free,
    waiting: () => line.size,
    add(lanes, elsewhere = 0) {
      waitingElsewhere = elsewhere
      for (const lane of lanes) line.add(lane)
      giveTurns()
    },
    takeBack,
    async stop() {
      stopped = true
      await Promise.all(underWay)
      return takeBack(line.size)
    },
  }
}
