/** Claimed rows: a dialect chooses and locks them, the domain starts them, and the ordinary steps write them in the same transaction. */
import { leaseDelivery, type PendingDelivery, type SendingDelivery, startSending } from '../../domain/delivery.ts'
import { FIRST_VERSION, leasePending, type PendingJob, type RunningJob, startJob } from '../../domain/job.ts'
import { leaseOf } from '../../domain/lease.ts'
import { CorruptRow } from '../rows/column.ts'
import { deliveryChanges } from '../rows/delivery-row.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { jobChanges } from '../rows/job-row.ts'
import { readDelivery } from '../rows/read-delivery.ts'
import { readJob } from '../rows/read-job.ts'
import type { DeliveryRow } from '../tables/deliveries.ts'
import type { JobRow } from '../tables/jobs.ts'
import { type DeliveryStatement, leaseDeliveryStep, updateDelivery } from './deliveries.ts'
import { type JobStatement, leaseJobStep, updateJob } from './jobs.ts'
import type { Params, Step } from './step.ts'

/** The worker process that claims, and when: milliseconds since the epoch. */
export interface Claimer {
  worker: string
  now: number
}

/** A job as it was claimed: its record runs. `sealedHeaders` are those of its callback, for whoever has the key. */
export interface ClaimedJob {
  job: RunningJob
  sealedHeaders: string | null
}

/** pending → running. The progress of the attempt before is cleared. Header values stay encrypted, so no key is needed. */
export function claimJob(row: JobRow, { worker, now }: Claimer): ClaimedJob & { steps: Step<JobStatement>[] } {
  const pending = readJob(row, KEYLESS)
  if (pending.status !== 'pending') throw new CorruptRow(row.id, 'status')
  const job = startJob(pending, leaseOf(worker, pending.version + 1), now)
  const written = updateJob(job)
  const steps = pending.damage === undefined ? written : keeping(row, jobChanges(pending), jobChanges(job), written)
  const cleared: Step<JobStatement>[] = row.progress === null ? [] : [{ statement: 'clearProgress', params: { id: row.id } }]
  return { job, sealedHeaders: row.callback_headers, steps: [...steps, ...cleared] }
}

/** pending → pending under a lease. Null for a job that must be claimed: a process has held it before, or its row is damaged. */
export function leaseJobRow(row: JobRow, worker: string): { job: PendingJob; steps: Step<JobStatement>[] } | null {
  if (row.version !== FIRST_VERSION) return null
  const pending = readJob(row, KEYLESS)
  if (pending.status !== 'pending' || pending.damage !== undefined) return null
  const job = leasePending(pending, leaseOf(worker, pending.version + 1))
  return { job, steps: leaseJobStep(job) }
}

/** pending → pending under a lease. Null for a delivery that must be claimed, because its row is damaged. */
export function leaseDeliveryRow(row: DeliveryRow, worker: string): { delivery: PendingDelivery; steps: Step<DeliveryStatement>[] } | null {
  const pending = readDelivery(row)
  if (pending.status !== 'pending' || pending.damage !== undefined) return null
  const delivery = leaseDelivery(pending, leaseOf(worker, pending.version + 1))
  return { delivery, steps: leaseDeliveryStep(delivery) }
}

/** pending → sending. */
export function claimDelivery(row: DeliveryRow, { worker }: Claimer): { delivery: SendingDelivery; steps: Step<DeliveryStatement>[] } {
  const pending = readDelivery(row)
  if (pending.status !== 'pending') throw new CorruptRow(row.id, 'status')
  const delivery = startSending(pending, leaseOf(worker, pending.version + 1))
  const written = updateDelivery(delivery)
  const steps = pending.damage === undefined ? written : keeping(row, deliveryChanges(pending), deliveryChanges(delivery), written)
  return { delivery, steps }
}

/**
 * Of a row that cannot be read: a column that the start does not change stays as it is. Its record is made up, and would make the row
 * look sound to whoever reads it next.
 */
function keeping<Name extends string>(row: JobRow | DeliveryRow, before: Params, after: Params, steps: Step<Name>[]): Step<Name>[] {
  const stored: Params = { ...row }
  const same = Object.keys(after).filter((column) => after[column] === before[column])
  const kept = Object.fromEntries(same.map((column) => [column, stored[column] ?? null]))
  return steps.map(({ statement, params }) => ({ statement, params: { ...params, ...kept, id: row.id, version_before: row.version } }))
}

/** Leaves encrypted values as they are. */
const KEYLESS: Encryptor = {
  keyId: '',
  seal: () => {
    throw new Error('nothing is encrypted without a key')
  },
  open: () => '{}',
}
