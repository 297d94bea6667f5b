import type { Delivery } from '../../domain/delivery.ts'
import type { Claimed, DeliveryWork, LaneStore, LeasedJob, ClaimedJobs as TakenJobs } from '../../ports/lanes.ts'
import type { ClaimedDeliveries, ClaimedJobs, Driver } from '../driver/driver.ts'
import { CorruptRow, plainBytes } from '../rows/column.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { openHeaders } from '../rows/job-row.ts'
import { withHeaders } from '../rows/read-job.ts'
import { damageOf } from '../rows/salvage.ts'

/**
 * Claims and counts over a driver; the encryptor opens the header values of callbacks. What is claimed and damaged is given with
 * `damage`; bytes that cannot be read are empty.
 */
export function laneStore(driver: Driver, encryptor: Encryptor): LaneStore {
  return {
    claimJobs: async (claim) => takenJobs(await driver.claimJobs(claim), encryptor),
    async leaseJobs(lease) {
      const { jobs, ...left } = await driver.leaseJobs(lease)
      const taken = jobs.map(({ job, sealedHeaders, payload }): LeasedJob => {
        return { job: withHeaders(job, sealedHeaders, encryptor), payload: plainBytes(payload) }
      })
      return { taken, ...left }
    },
    claimDeliveries: async (claim) => takenDeliveries(await driver.claimDeliveries(claim), encryptor),
    leaseDeliveries: async (lease) => takenDeliveries(await driver.leaseDeliveries(lease), encryptor),
    waiting: (kind) => driver.scan('lanes', kind),
    backlog: (kind, now, rows) => driver.scan('backlog', kind, now, rows),
    countSending: (lane) => driver.read('countSending', lane),
  }
}

/** What was claimed and cannot be read is given all the same, as damaged: the claimer ends it. */
function takenJobs({ jobs, nextDueAt, nextLaterAt }: ClaimedJobs, encryptor: Encryptor): TakenJobs {
  const taken = jobs.map(({ job: claimed, sealedHeaders, payload }) => {
    const job = withHeaders(claimed, sealedHeaders, encryptor)
    return payload instanceof Uint8Array
      ? { job, payload: plainBytes(payload) }
      : { job: { ...job, damage: 'payload' }, payload: new Uint8Array() }
  })
  return { taken, nextDueAt, nextLaterAt }
}

function takenDeliveries<D extends Delivery>(
  { deliveries, nextDueAt }: ClaimedDeliveries<D>,
  encryptor: Encryptor,
): Claimed<DeliveryWork<D>> {
  const taken = deliveries.map(({ delivery, body, sealedHeaders, traceparent }) => {
    try {
      if (!(body instanceof Uint8Array)) throw new CorruptRow(delivery.id, 'event')
      const headers = delivery.jobId === null ? {} : openHeaders(sealedHeaders, delivery.jobId, encryptor)
      return { delivery, body: plainBytes(body), headers, ...(traceparent === null ? {} : { traceparent }) }
    } catch (error) {
      return { delivery: { ...delivery, damage: damageOf(error) }, body: new Uint8Array(), headers: {} }
    }
  })
  return { taken, nextDueAt }
}
