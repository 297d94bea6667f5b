import type { Kind } from '../../ports/kinds.ts'
import type { ClaimDeliveries, Claimed, ClaimedJobs, ClaimJobs, DeliveryWork, LeaseJobs } from '../../ports/lanes.ts'
import type { Buffered } from './buffered.ts'
import type { CommitContext } from './commit.ts'
import { type LocalQueue, MAX_HELD_BYTES } from './local-queue.ts'

type ClaimContext = Pick<CommitContext, 'store' | 'localQueues' | 'pubSub'>

/**
 * Claims due jobs of a lane, which are `running` when this answers. The local queue learns when the next job of the store is due, and
 * subscribers are told of each job taken. Rejects as `LaneStore.claimJobs` does.
 */
export async function claimJobs({ store, localQueues, pubSub }: ClaimContext, claim: ClaimJobs): Promise<ClaimedJobs> {
  const answered = localQueues.job.stored.claiming(claim.lane)
  const claimed = await store.lanes.claimJobs(claim)
  const { nextDueAt, nextLaterAt, taken } = claimed
  const { abovePriority: priority, exceptTypes, heldBack = [], limit } = claim
  const tookAll = taken.length < limit && exceptTypes.length + heldBack.length === 0
  answered({ nextDueAt, ...(priority !== undefined && tookAll ? { above: { priority, nextLaterAt } } : {}) })
  for (const { job } of claimed.taken) pubSub.publish({ tenantId: job.tenantId, kind: 'job', id: job.id })
  return claimed
}

/** What leasing ahead works with. */
type LeaseContext = ClaimContext & Pick<CommitContext, 'queue' | 'clock'>

/**
 * Leases due jobs of a lane ahead of their turn, when the local queue has few of it and the store has more; the lane is woken when they
 * have arrived. Nothing waits for it: meanwhile slots are filled with what is held.
 *
 * @param untilTypes job types with slots of their own: see `LeaseJobs`
 */
export function leaseJobsAhead(
  context: LeaseContext,
  { lane, worker, untilTypes }: Pick<LeaseJobs, 'lane' | 'worker' | 'untilTypes'>,
): void {
  const { store, localQueues } = context
  leaseAhead(context, 'job', lane, async (limit, now) => {
    const answered = localQueues.job.stored.claiming(lane)
    const leased = await store.lanes.leaseJobs({ lane, limit, now, worker, untilTypes, maxPayload: MAX_HELD_BYTES })
    const { taken, nextDueAt, nextLaterAt, nextPriority } = leased
    answered({ nextDueAt, above: { priority: nextPriority ?? Number.NEGATIVE_INFINITY, nextLaterAt } })
    return taken
  })
}

/** The same of due deliveries. */
export function leaseDeliveriesAhead(context: LeaseContext, { lane, worker }: Pick<LeaseJobs, 'lane' | 'worker'>): void {
  const { store, localQueues } = context
  leaseAhead(context, 'delivery', lane, async (limit, now) => {
    const answered = localQueues.delivery.stored.claiming(lane)
    const { taken, nextDueAt } = await store.lanes.leaseDeliveries({ lane, limit, now, worker, maxBody: MAX_HELD_BYTES })
    answered({ nextDueAt })
    return taken
  })
}

function leaseAhead<K extends Kind>(
  { localQueues, queue, clock }: LeaseContext,
  kind: K,
  lane: string,
  lease: (limit: number, now: number) => Promise<readonly Buffered[K][]>,
): void {
  const localQueue: LocalQueue<Buffered[K]> = localQueues[kind]
  const now = clock.now()
  const limit = localQueue.ahead.reserve(lane, now)
  if (limit === 0) return
  localQueue.ahead
    .fill(lane, limit, lease(limit, now))
    // The claim that comes instead is refused as well, and says so.
    .catch(() => {})
    .finally(() => queue.wake(kind, lane))
}

/**
 * Claims due deliveries of a lane, which are `sending` when this answers. Subscribers are told nothing: a delivery that is being sent is
 * shown as pending. Rejects as `LaneStore.claimDeliveries` does.
 */
export async function claimDeliveries({ store, localQueues }: ClaimContext, claim: ClaimDeliveries): Promise<Claimed<DeliveryWork>> {
  const answered = localQueues.delivery.stored.claiming(claim.lane)
  const claimed = await store.lanes.claimDeliveries(claim)
  answered({ nextDueAt: claimed.nextDueAt })
  return claimed
}
