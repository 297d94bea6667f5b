/** The slots that requests to unproven destinations hold in this process, and the lanes that wait for one. In memory. */
import type { Doubt } from '../../domain/destination.ts'
import { nextUnproven, roomForUnproven, tenantOfLane } from '../../domain/fair-share.ts'

/** Slots for requests to unproven destinations, by tenant. */
export interface UnprovenSlots {
  /** How many more requests to unproven destinations this tenant may have in flight. */
  room(tenantId: string): number
  /** Whether it has used more than half of what it may. */
  isShort(tenantId: string): boolean
  hold(tenantId: string, count: number): void
  /** Wakes lanes that wait for them. */
  release(tenantId: string, count: number): void
  /** The lane found no room: it is woken when there is some. */
  wait(lane: string, doubt: Doubt): void
  /**
   * Wakes the next waiting lane of each tenant that has room. Call it at the end of every turn: a lane that was woken may have no use for
   * its slot any more (its breaker has opened, it has proven itself), and those behind it wait for that slot.
   */
  passOn(): void
}

/** What these slots depend on. */
export interface UnprovenOptions {
  /** For deliveries, of this process. */
  slots: number
  hasOthers: (tenantId: string) => boolean
  wake: (lane: string) => void
}

/** Slots that nobody holds yet. */
export function createUnprovenSlots({ slots, hasOthers, wake }: UnprovenOptions): UnprovenSlots {
  const held = new Map<string, number>()
  let all = 0
  /** By tenant, in the order they came. */
  const waiting = new Map<string, { lanes: Map<string, Doubt>; turn: number }>()

  const heldBy = (tenantId: string) => held.get(tenantId) ?? 0
  const room = (tenantId: string) => roomForUnproven({ slots, shared: hasOthers(tenantId), own: heldBy(tenantId), all })

  function change(tenantId: string, by: number): void {
    const count = heldBy(tenantId) + by
    if (count === 0) held.delete(tenantId)
    else held.set(tenantId, count)
    all += by
  }

  /** One lane a tenant: should it leave room, the end of its turn wakes the next. */
  function wakeNext(): void {
    for (const [tenantId, line] of waiting) {
      if (room(tenantId) === 0) continue
      const lane = nextUnproven(line.lanes, line.turn)
      if (lane === undefined) continue
      line.turn += 1
      line.lanes.delete(lane)
      if (line.lanes.size === 0) waiting.delete(tenantId)
      wake(lane)
    }
  }

  return {
    room,
    isShort: (tenantId) => room(tenantId) < heldBy(tenantId),
    hold: change,
    release(tenantId, count) {
      change(tenantId, -count)
      wakeNext()
    },
    wait(lane, doubt) {
      const tenantId = tenantOfLane(lane)
      const line = waiting.get(tenantId) ?? { lanes: new Map(), turn: 0 }
      line.lanes.set(lane, doubt)
      waiting.set(tenantId, line)
    },
    passOn: wakeNext,
  }
}
