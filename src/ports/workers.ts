import type { PendingDelivery, SendingDelivery } from '../domain/delivery.ts'
import type { PendingJob, RunningJob } from '../domain/job.ts'

/** A process that works beside others. Nobody compares its times with a clock of their own: only that `renewedAt` moves counts. */
export interface WorkerProcess {
  id: string
  startedAt: number
  renewedAt: number
  info: WorkerInfo
}

/** What a process writes of itself for the operator. It is kept and shown as it is. */
export interface WorkerInfo {
  role: string
  host: string
  pid: number
  version: string
  threads: readonly object[]
  running: readonly object[]
  /** Where it listens, when others have to know: no callback may go there. */
  listens?: readonly { address: string; port: number }[]
}

/** A pending record under a lease is held in the memory of a process that works alone. */
export interface Leased {
  jobs: (PendingJob | RunningJob)[]
  deliveries: (PendingDelivery | SendingDelivery)[]
}

/** Reads of worker processes and of what they hold. */
export interface WorkerReads {
  /** Every worker process that is registered. */
  all(): Promise<WorkerProcess[]>
  /** The worker processes that hold a lease. */
  leaseHolders(): Promise<string[]>
  /** Ids of jobs whose run began before the time that `late` has for their type and of which no alert has told: at most `limit`. */
  stuckJobs(late: Readonly<Record<string, number>>, limit: number): Promise<string[]>
  /** Jobs and deliveries under a lease of this worker process: up to `limit` of each. */
  leasedBy(worker: string, limit: number): Promise<Leased>
}
