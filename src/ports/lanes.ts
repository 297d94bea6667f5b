import type { PendingDelivery, SendingDelivery } from '../domain/delivery.ts'
import type { PendingJob, RunningJob } from '../domain/job.ts'
import type { Kind } from './kinds.ts'

/** Which due jobs of a lane are claimed, and for whom. */
export interface ClaimJobs {
  lane: string
  limit: number
  now: number
  /** The worker process; each claimed record gets the lease `<worker>.<its new version>`. */
  worker: string
  /** Job types that have no free slot in this process. */
  exceptTypes: readonly string[]
  /** Job types whose upstream answers nothing: only what has lost its patience with it is taken. */
  heldBack?: readonly HeldBack[]
  /** Only jobs of a higher priority than this, when given. */
  abovePriority?: number
  /** Of the lane at most so many may run, in all processes together, when given. */
  mostRunning?: number
}

/** Which due jobs of a lane a process takes into its memory ahead of their turn. */
export interface LeaseJobs {
  lane: string
  limit: number
  now: number
  /** The worker process; each record gets the lease `<worker>.<its new version>`. */
  worker: string
  /** Nothing is taken from the first job of one of these types on: they have slots of their own, for which a claim must look. */
  untilTypes: readonly string[]
  /** Nor from the first job with a bigger payload on, bytes. */
  maxPayload: number
}

/** Which due deliveries of a lane a process takes into its memory ahead of their turn. */
export interface LeaseDeliveries {
  lane: string
  limit: number
  now: number
  /** As in `LeaseJobs`. */
  worker: string
  /** Nothing is taken from the first event with a bigger body on, bytes. */
  maxBody: number
}

/** Jobs of a type that have waited for their upstream since `waitingBefore`, or were never run and are due since `dueBefore`, or longer. */
export interface HeldBack {
  type: string
  waitingBefore: number
  dueBefore: number
}

/** Which due deliveries of a lane are claimed, and for whom. */
export interface ClaimDeliveries {
  lane: string
  limit: number
  now: number
  worker: string
  /** Of the lane at most so many may be being sent, by all processes together, when given. */
  mostSending?: number
}

/** What a claim took, and when the lane's next unclaimed record is due (null: none waits). */
export interface Claimed<T> {
  taken: T[]
  nextDueAt: number | null
}

/** What a claim of jobs took. */
export interface ClaimedJobs extends Claimed<JobWork> {
  /** The same without what is due already. */
  nextLaterAt: number | null
}

/** What was leased ahead, and what is left. */
export interface LeasedJobs {
  taken: LeasedJob[]
  /** As in `Claimed`. */
  nextDueAt: number | null
  /** As in `ClaimedJobs`. */
  nextLaterAt: number | null
  /** No due job that is left has a higher priority; null when none is left. */
  nextPriority: number | null
}

/** A pending job under a lease of the process that holds it in memory, with its payload. */
export interface LeasedJob {
  job: PendingJob
  payload: Uint8Array
}

/** A claimed job with its payload. */
export interface JobWork {
  job: RunningJob
  payload: Uint8Array
}

/** A delivery with everything that an attempt sends. */
export interface DeliveryWork<D = SendingDelivery> {
  delivery: D
  /** The event's frozen body. */
  body: Uint8Array
  /** The custom headers of the job's callback; an endpoint's are read at each attempt. */
  headers: Readonly<Record<string, string>>
  /** Of the event's job. */
  traceparent?: string
}

/** What waits for its turn. What runs or is being sent is not among it. */
export interface Backlog {
  /** Lanes with something due that no process holds yet. */
  lanes: number
  /** Due records. */
  due: number
  /** Records that wait for a later time. */
  later: number
  /** When the longest due of them was due; null when nothing is. */
  oldestDueAt: number | null
}

/** Claims, and what waits in lanes. */
export interface LaneStore {
  /** Takes due jobs of a lane, highest priority first, then longest due: they are `running` when this answers. */
  claimJobs(claim: ClaimJobs): Promise<ClaimedJobs>
  /**
   * Takes due jobs of a lane ahead of their turn, in the order of `claimJobs`: they stay `pending`, under a lease. Only jobs that no
   * process has held before, because a job that takes its process down must have spent an attempt by the second time; at the first other
   * job it stops.
   */
  leaseJobs(lease: LeaseJobs): Promise<LeasedJobs>
  /** Takes due deliveries of a lane ahead of their turn, in the order of `claimDeliveries`: they stay `pending`, under a lease. */
  leaseDeliveries(lease: LeaseDeliveries): Promise<Claimed<DeliveryWork<PendingDelivery>>>
  /** Takes due deliveries of a lane, longest due first: they are `sending` when this answers. */
  claimDeliveries(claim: ClaimDeliveries): Promise<Claimed<DeliveryWork>>
  /** Every lane in which something unleased waits, with the earliest due time. */
  waiting(kind: Kind): Promise<{ lane: string; dueAt: number }[]>
  /** How much waits in all lanes of a kind. For the operator's figures: at most `rows` records are counted. */
  backlog(kind: Kind, now: number, rows: number): Promise<Backlog>
  /** Deliveries of a lane that are being sent, by whichever process. */
  countSending(lane: string): Promise<number>
}
