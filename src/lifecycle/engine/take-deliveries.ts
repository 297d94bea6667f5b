import { releaseDelivery } from '../../domain/delivery.ts'
import { type Doubt, doubtOf, isProven, roomAt } from '../../domain/destination.ts'
import { tenantOfLane } from '../../domain/fair-share.ts'
import { isPaused } from '../../domain/pause.ts'
import type { DeliveryWork } from '../../ports/lanes.ts'
import type { Turn } from '../../ports/queue.ts'
import type { BufferedDelivery } from '../commit/buffered.ts'
import { claimDeliveries, leaseDeliveriesAhead } from '../commit/claim.ts'
import { commitTaken } from '../commit/commit.ts'
import { deliver, type SeenBreaker } from '../deliveries/deliver.ts'
import type { Context } from '../process/context.ts'
import { PAUSE_MS } from './take-jobs.ts'
import { createUnprovenSlots } from './unproven-slots.ts'

/** A lane at its limit with requests of other processes only looks again after this, milliseconds. */
const ELSEWHERE_MS = 200

/**
 * One turn of a destination's lane: takes due deliveries for at most `room` slots and within what the destination may have in
 * flight, and sends them. A lane at its limit is woken when one of its requests has ended; one whose breaker is open comes
 * back when a probe may go out; one that is not proven waits for a slot of those that its tenant has for such.
 */
export function createTakeDeliveries(context: Context): (lane: string, room: number) => Promise<Turn> {
  const { localQueues, store, clock, queue, destinations, outgoing, settings, log } = context
  const held = localQueues.delivery
  const atLimit = new Set<string>()
  /** When the breakers of lanes in which something waits were seen open last: how long it has waited behind them. */
  const seenOpen = new Map<string, number>()
  const unproven = createUnprovenSlots({
    slots: settings.callback.concurrency,
    hasOthers: (tenantId) => context.activeTenants.hasOther(tenantId),
    wake: (lane) => queue.wake('delivery', lane),
  })

  function start(lane: string, work: DeliveryWork | BufferedDelivery, { breaker, proven }: Aim): Promise<void> {
    const attempt = outgoing.begin(work.delivery.id, lane)
    const answered = () => {
      if (attempt.answered() && atLimit.delete(lane)) queue.wake('delivery', lane)
    }
    return deliver(context, work, breaker, answered).finally(() => {
      attempt.ended()
      answered()
      if (!proven) unproven.release(tenantOfLane(lane), 1)
    })
  }

  function isShort(tenantId: string): boolean {
    return outgoing.count() > settings.callback.concurrency / 2 || unproven.isShort(tenantId)
  }

  /** Behind an open breaker, and during a pause, records wait in the store, where the sweep sees their horizon. */
  async function releaseHeld(lane: string): Promise<void> {
    for (let work = held.take(lane, () => true); work; work = held.take(lane, () => true)) {
      await commitTaken(context, 'delivery', work, [
        { write: 'updateDelivery', delivery: releaseDelivery(work.delivery), heldUnder: work.delivery.lease },
      ])
    }
  }

  function isStoredDue(lane: string): boolean {
    return !held.enabled || held.stored.isDue(lane, clock.now())
  }

  /** Takes up to `allowed` records, those in memory first, and sends them. */
  async function take(lane: string, allowed: number, aim: Aim): Promise<Turn> {
    const taken: Promise<void>[] = []
    while (taken.length < allowed) {
      const work = held.take(lane, () => true)
      if (!work) break
      taken.push(start(lane, work, aim))
    }
    let nextDueAt = held.stored.dueAt(lane)
    if (taken.length < allowed && isStoredDue(lane) && held.ahead.arrival(lane) === null) {
      try {
        const answer = await claimDeliveries(context, {
          lane,
          limit: allowed - taken.length,
          now: clock.now(),
          worker: context.identity.current(),
          ...(held.enabled ? {} : { mostSending: aim.mostSending }),
        })
        nextDueAt = held.enabled ? held.stored.dueAt(lane) : answer.nextDueAt
        for (const work of answer.taken) taken.push(start(lane, work, aim))
      } catch (error) {
        // What has begun occupies its slots.
        if (taken.length === 0) throw error
        log.warn({ lane }, 'a turn was cut short', error)
        return { next: clock.now() + PAUSE_MS, taken }
      }
    }
    // Behind a breaker that may open records are better off in the store.
    if (taken.length > 0 && aim.proven) leaseDeliveriesAhead(context, { lane, worker: context.identity.current() })
    if (held.peek(lane, () => true)) return { next: 'again', taken }
    // What arrives wakes the lane.
    if (held.ahead.arrival(lane) !== null) return { next: null, taken }
    if (nextDueAt === null) {
      seenOpen.delete(lane)
      return { next: null, taken }
    }
    return { next: nextDueAt > clock.now() ? nextDueAt : 'again', taken }
  }

  /** The same within what the tenant may hold for destinations that have not proven themselves. */
  async function takeUnproven(lane: string, allowed: number, doubt: Doubt, aim: Aim): Promise<Turn> {
    const tenantId = tenantOfLane(lane)
    const count = Math.min(allowed, unproven.room(tenantId))
    if (count === 0) {
      unproven.wait(lane, doubt)
      return { next: null, taken: [] }
    }
    unproven.hold(tenantId, count)
    let unused = count
    try {
      const turn = await take(lane, count, aim)
      unused -= turn.taken.length
      return turn
    } finally {
      unproven.release(tenantId, unused)
    }
  }

  async function takeTurn(lane: string, room: number): Promise<Turn> {
    if (context.intakePause.isPaused()) return { next: clock.now() + PAUSE_MS, taken: [] }
    const destination = await destinations.get(lane)
    if (isPaused(destination, clock.now())) {
      await releaseHeld(lane)
      // Its end wakes the lane.
      return { next: null, taken: [] }
    }
    const probe = destination.openUntil !== null
    const proven = isProven(destination)
    // Beside other processes only the store knows how many are in flight, and the claim sees to it that they stay within the limit.
    const sending = held.enabled ? outgoing.inFlight(lane) : await store.lanes.countSending(lane)
    const may = roomAt(destination, sending, clock.now(), isShort(destination.tenantId))
    if (probe) {
      seenOpen.set(lane, clock.now())
      await releaseHeld(lane)
    }
    if (may.at !== null) return { next: may.at, taken: [] }
    const allowed = Math.min(room, may.room)
    if (allowed <= 0) {
      atLimit.add(lane)
      const isOurs = held.enabled || outgoing.inFlight(lane) > 0
      return { next: isOurs ? null : clock.now() + ELSEWHERE_MS, taken: [] }
    }
    const heldBackUntil = later(seenOpen.get(lane) ?? null, destination.resumedAt)
    const aim = { breaker: { probe, openAt: heldBackUntil }, proven, mostSending: sending + may.room }
    return proven ? take(lane, allowed, aim) : takeUnproven(lane, allowed, doubtOf(destination), aim)
  }

  return (lane, room) => takeTurn(lane, room).finally(() => unproven.passOn())
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** What is known of the destination at the beginning of a turn. */
interface Aim {
  breaker: SeenBreaker
  proven: boolean
  /** Its requests in flight at most, of all processes. */
  mostSending: number
}
