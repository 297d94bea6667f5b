import type { DeliveryRow, JobRow } from './database.ts'
import type { History, KnownJob } from './history.ts'
import type { JobSpec } from './steps.ts'

/** What is known of a job, whoever saw it first. */
export function knownJob(history: History, id: string, spec: JobSpec): KnownJob {
  let job = history.jobs.get(id)
  if (!job) {
    job = { id, spec, acknowledged: false, cancelSought: false, cancelAnswers: [], disturbed: false, orphaned: false }
    history.jobs.set(id, job)
  }
  return job
}

export function specOf(row: JobRow): JobSpec {
  return JSON.parse(Buffer.from(row.payload).toString())
}

export function isOpenJob(row: Pick<JobRow, 'status'> | undefined): boolean {
  return row?.status === 'pending' || row?.status === 'running'
}

export function isOpenDelivery(row: Pick<DeliveryRow, 'status'>): boolean {
  return row.status === 'pending' || row.status === 'sending'
}
