import type { ClaimDeliveries, Claimed, ClaimedJobs, ClaimJobs, DeliveryWork } from '../../ports/lanes.ts'
import type { CommitContext } from './commit.ts'

type ClaimContext = Pick<CommitContext, 'store' | 'localQueues' | 'pubSub'>

/**
 * Claims due jobs of a lane, which are `running` when this answers. The local queue learns when the next job of the store is due, and
 * subscribers are told of each job taken. Rejects as `LaneStore.claimJobs` does.
 */
export async function claimJobs({ store, localQueues, pubSub }: ClaimContext, claim: ClaimJobs): Promise<ClaimedJobs> {
  const answered = localQueues.job.claiming(claim.lane)
  const claimed = await store.lanes.claimJobs(claim)
  answered(claimed.nextDueAt)
  for (const { job } of claimed.taken) pubSub.publish({ tenantId: job.tenantId, kind: 'job', id: job.id })
  return claimed
}

/**
 * Claims due deliveries of a lane, which are `sending` when this answers. Subscribers are told nothing: a delivery that is being sent is
 * shown as pending. Rejects as `LaneStore.claimDeliveries` does.
 */
export async function claimDeliveries({ store, localQueues }: ClaimContext, claim: ClaimDeliveries): Promise<Claimed<DeliveryWork>> {
  const answered = localQueues.delivery.claiming(claim.lane)
  const claimed = await store.lanes.claimDeliveries(claim)
  answered(claimed.nextDueAt)
  return claimed
}
