/** What a dialect of SQL does for the store above it. */
import type { PendingDelivery, SendingDelivery } from '../../domain/delivery.ts'
import type { PendingJob } from '../../domain/job.ts'
import type { ClaimDeliveries, ClaimJobs, LeaseDeliveries, LeasedJobs as LeasedWork, LeaseJobs } from '../../ports/lanes.ts'
import type { StoreHealth } from '../../ports/store.ts'
import type { StatementName } from '../steps/change.ts'
import type { ClaimedJob } from '../steps/claims.ts'
import type { Step } from '../steps/step.ts'
import type { KeyReads, Scans } from './queries.ts'

/** What a claim of jobs took. A payload is null, or no bytes, where its row is damaged. */
export interface ClaimedJobs {
  jobs: (ClaimedJob & { payload: Uint8Array | null })[]
  nextDueAt: number | null
  nextLaterAt: number | null
}

/** What was leased ahead. `sealedHeaders` as of a claimed job. */
export interface LeasedJobs extends Omit<LeasedWork, 'taken'> {
  jobs: { job: PendingJob; sealedHeaders: string | null; payload: Uint8Array }[]
}

/** What a claim of deliveries took, with the body of each event, the encrypted headers of a job's own callback and the job's trace. */
export interface ClaimedDeliveries<D = SendingDelivery> {
  deliveries: { delivery: D; body: Uint8Array | null; sealedHeaders: string | null; traceparent: string | null }[]
  nextDueAt: number | null
}

/** Every method rejects with `StoreUnavailable`, or with a plain Error for a bug. */
export interface Driver {
  /** Runs the steps in one transaction and answers when it is durable. False: a guard missed and nothing was written. */
  write(steps: readonly Step<StatementName>[]): Promise<boolean>
  /** Answers when it is durable. */
  claimJobs(claim: ClaimJobs): Promise<ClaimedJobs>
  leaseJobs(lease: LeaseJobs): Promise<LeasedJobs>
  claimDeliveries(claim: ClaimDeliveries): Promise<ClaimedDeliveries>
  leaseDeliveries(lease: LeaseDeliveries): Promise<ClaimedDeliveries<PendingDelivery>>
  /** A read after an answered write sees it. */
  read<Name extends keyof KeyReads>(name: Name, ...params: Parameters<KeyReads[Name]>): Promise<ReturnType<KeyReads[Name]>>
  /** Runs where it cannot hold the event loop. */
  scan<Name extends keyof Scans>(name: Name, ...params: Parameters<Scans[Name]>): Promise<ReturnType<Scans[Name]>>
  health(): Promise<StoreHealth>
  /** Answers what is under way, then lets the database go. */
  close(): Promise<void>
}
