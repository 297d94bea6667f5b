/**
 * What the core asks of the world. Glossary:
 *
 * - tenant       who owns jobs, keys, secrets and limits
 * - job          one piece of work; a *handler* does it, in attempts
 * - event        something that happened to a job or an endpoint; its id is the `webhook-id`
 * - delivery     one event for one target; an *attempt* is one HTTP try of it
 * - endpoint     a registered URL of a tenant, with secrets and an event filter of its own
 * - destination  tenant + URL origin: where deliveries go
 * - lane         what waits together and takes turns with others: for jobs the tenant, for deliveries the destination
 * - lease        the right of one worker process to a running job or a delivery being sent; never reused
 * - keeper       the process that sweeps, purges and takes back what others left; alone on a SQLite file it owns the data folder
 *
 * Times are milliseconds since the epoch by `Clock.now()`, durations milliseconds, sizes bytes.
 */
import type { Attempt, DeadDelivery, Delivery, PendingDelivery, SendingDelivery, SendOutcome } from './domain/delivery.ts'
import type { Destination } from './domain/destination.ts'
import type { Endpoint } from './domain/endpoint.ts'
import type { Event } from './domain/event.ts'
import type { Job, JobStatus, PendingJob, RunningJob, RunOutcome } from './domain/job.ts'
import type { JobView } from './domain/job-document.ts'
import type { Progress, Report } from './domain/progress.ts'
import type { ApiKey, Scope, SigningSecret, Tenant } from './domain/tenant.ts'

/** What a lane holds. */
export const KINDS = ['job', 'delivery'] as const
export type Kind = (typeof KINDS)[number]

// ---------------------------------------------------------------- Store

/**
 * One record to write. *Guarded* writes miss when the world has moved on: then nothing of their change is written
 * and `commit` answers false. A change puts its guarded writes first.
 */
export type Write =
  | { write: 'insertJob'; job: PendingJob; payload: Uint8Array }
  /** Guarded by the version before. A start clears progress; nothing else of it, and never `settledAt`, is touched: `settleJob` follows an end. */
  | { write: 'updateJob'; job: Job }
  | { write: 'insertResult'; jobId: string; bytes: Uint8Array }
  /** Guarded by (job id, lease of a running job). Adds one to the progress revision. */
  | { write: 'updateProgress'; jobId: string; lease: string; progress: Progress | null }
  /** `rerunId` does this job once more. Guarded: the job is there and, with `onlyFirst`, has no rerun yet. */
  | { write: 'markRerun'; jobId: string; rerunId: string; onlyFirst: boolean }
  /** Guarded: the tenant has no such key yet. */
  | { write: 'insertIdempotencyKey'; tenantId: string; key: string; bodyHash: Uint8Array; jobId: string }
  | { write: 'insertEvent'; event: Event }
  | { write: 'insertDelivery'; delivery: PendingDelivery | DeadDelivery }
  /** Guarded by the version before. */
  | { write: 'updateDelivery'; delivery: Delivery }
  | { write: 'insertAttempt'; attempt: Attempt }
  /** Guarded by the version before; version 1 is its first row. */
  | { write: 'putDestination'; destination: Destination }
  /** Removes destinations that have not changed since `before`: at most `limit`. Guarded: there was one. */
  | { write: 'purgeDestinations'; before: number; limit: number }
  /** Retention of the finished job starts at `at`, unless one of its deliveries is still open: comes after the inserts of its change. */
  | { write: 'settleJob'; jobId: string; at: number }
  /** A replay has opened a delivery: retention stops. */
  | { write: 'unsettleJob'; jobId: string }
  /** Removes a job with all that hangs on it and leaves a tombstone until `goneUntil`. Guarded: still settled at or before `settledBefore`. */
  | { write: 'purgeJob'; jobId: string; settledBefore: number; goneUntil: number }
  /** Removes an event that belongs to no job, with its deliveries. Guarded: it and all of its deliveries ended at or before `endedBefore`. */
  | { write: 'purgeEvent'; id: string; endedBefore: number }
  /** Removes tombstones, and their idempotency keys, whose time has passed: at most `limit`. Guarded: there was one. */
  | { write: 'purgeTombstones'; before: number; limit: number }
  | { write: 'insertTenant'; tenant: Tenant }
  /** Guarded by the version before. */
  | { write: 'updateTenant'; tenant: Tenant }
  | { write: 'insertApiKey'; key: ApiKey }
  /** Guarded: not revoked yet. */
  | { write: 'revokeApiKey'; id: string; at: number }
  | { write: 'insertSigningSecret'; secret: SigningSecret }
  /** `secret` takes the place of `previousId`, and what had expired by then is removed. Guarded: `previousId` has no successor yet. */
  | { write: 'rotateSigningSecret'; previousId: string; previousExpiresAt: number; secret: SigningSecret }
  | { write: 'insertEndpoint'; endpoint: Endpoint }
  /** Guarded by the version before. */
  | { write: 'updateEndpoint'; endpoint: Endpoint }
  /** With its secrets. Guarded: it is there. */
  | { write: 'deleteEndpoint'; endpoint: Endpoint }
  /** Changes nothing where it is there: the answer of the first may have been lost. */
  | { write: 'insertWorker'; worker: WorkerProcess }
  /** Guarded: nobody has removed it. */
  | { write: 'renewWorker'; id: string; at: number; card: WorkerCard }
  /** Guarded: it has not been renewed since `renewedAt`. */
  | { write: 'removeWorker'; id: string; renewedAt: number }

/** Everything in one change is durable together, or none of it is. */
export type Change = readonly Write[]

/** A process that works beside others. Nobody compares its times with a clock of their own: only that `renewedAt` moves counts. */
export interface WorkerProcess {
  id: string
  startedAt: number
  renewedAt: number
  card: WorkerCard
}

/** What a process tells of itself, for the operator: kept and shown as it is. */
export interface WorkerCard {
  role: string
  host: string
  pid: number
  version: string
  threads: readonly object[]
  running: readonly object[]
}

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

/** Jobs of a type that have waited for their upstream since `waitingBefore` or longer, or were never tried and are due since `dueBefore`. */
export interface HeldBack {
  type: string
  waitingBefore: number
  dueBefore: number
}

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

export interface ClaimedJobs extends Claimed<JobWork> {
  /** The same without what is due already. */
  nextLaterAt: number | null
}

export interface JobWork {
  job: RunningJob
  payload: Uint8Array
}

export interface DeliveryWork<D = SendingDelivery> {
  delivery: D
  /** The event's frozen body. */
  body: Uint8Array
  /** The custom headers of the job's callback; an endpoint's are read at each try. */
  headers: Readonly<Record<string, string>>
}

/** A pending record under a lease is held in the memory of a process that works alone. */
export interface Leased {
  jobs: (PendingJob | RunningJob)[]
  deliveries: (PendingDelivery | SendingDelivery)[]
}

/** `tenantId` null = every tenant (the operator). `before` is the position of the page before (exclusive). */
export interface PageQuery {
  tenantId: string | null
  limit: number
  before: number | null
  createdAfter: number | null
  createdBefore: number | null
}

export interface JobQuery extends PageQuery {
  status: JobStatus | null
  type: string | null
  tag: string | null
  /** Of the last failure. */
  errorCode: string | null
  /** Whether it is overdue. `late`: by type, the beginning of an attempt before which a run is. */
  overdue: { is: boolean; late: Readonly<Record<string, number>> } | null
  /** Its first run began before. */
  startedBefore: number | null
}

export type JobFilter = Omit<JobQuery, 'limit' | 'before'>

/** Of the jobs that fit those that ended before `endedBefore` and have no rerun yet. */
export interface RerunQuery extends JobFilter {
  endedBefore: number
}

export interface RerunCandidate {
  id: string
  tenantId: string
  type: string
}

/** Oldest first. A page may be short and still have more; `next` is the position to go on after, null = that was all. */
export interface RerunPage {
  rows: RerunCandidate[]
  next: number | null
}

/** The same rows counted: those of one window, and where the next begins. */
export interface RerunCounts {
  groups: { type: string; errorCode: string | null; count: number }[]
  next: number | null
}

/** `tenantId` null = every tenant (the operator). */
export interface JobSummaryQuery {
  tenantId: string | null
  createdAfter: number
}

export interface JobGroup {
  tenantId: string
  type: string
  status: JobStatus
  errorCode: string | null
  count: number
}

/** Largest groups first. `complete` is false when there was more than is looked at (100,000) or shown (1,000 groups). */
export interface JobSummary {
  groups: JobGroup[]
  complete: boolean
}

export interface DeliveryQuery extends PageQuery {
  /** `pending` covers a try in flight. */
  status: 'pending' | 'delivered' | 'dead' | 'canceled' | null
  reason: string | null
  /** The class of the last try's error. */
  error: string | null
  jobId: string | null
  /** An event's id or its type. */
  event: string | null
  /** The job's type. */
  type: string | null
  /** A URL origin. */
  destination: string | null
}

/** Which of the dead-letter queue. */
export type DeadLetterFilter = Omit<DeliveryQuery, 'status' | 'limit' | 'before'>

/** Dead letters of one destination and one reason; when the oldest and the newest of them were created. */
export interface DeadLetterGroup {
  tenantId: string
  /** The URL origin. */
  origin: string
  reason: string
  count: number
  oldestAt: number
  newestAt: number
}

/** Largest groups first. `complete` is false when there was more than is looked at (100,000) or shown (1,000 groups). */
export interface DeadLetterSummary {
  groups: DeadLetterGroup[]
  complete: boolean
}

/** A destination and its deliveries that are open, as the store knows them. */
export interface DestinationLoad {
  destination: Destination
  waiting: number
  /** By whichever process. */
  sending: number
}

/** `tenantId` null = every tenant (the operator). `after` is a position in the feed (exclusive); 0 is its beginning. */
export interface FeedQuery {
  tenantId: string | null
  after: number
  limit: number
  /** Null = all. */
  types: readonly string[] | null
}

/** Oldest first. A page may be short, or empty, and still have more: its bodies are bounded, and so are the events of other types looked at. */
export interface FeedPage {
  events: Event[]
  more: boolean
  /** The last event of another type behind the last of `events` that was looked at: reading goes on after it. Null: there is none. */
  passed: { id: string; position: number } | null
}

/** Newest first. A page may be short and still have more: at most 5,000 rows are looked at. `next` is the position to go on before. */
export interface Page<T> {
  rows: T[]
  next: number | null
}

/** Bytes with their SHA-256. */
export interface StoredBytes {
  bytes: Uint8Array
  sha256: Uint8Array
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

export interface Health {
  ok: boolean
  /** Why not, for the operator. */
  reason: string | null
  details: Readonly<Record<string, string | number | boolean>>
}

/**
 * The only truth. Every method rejects with `StoreUnavailable` when the store cannot answer now; anything else it
 * rejects with is a bug. A read after an answered commit sees it.
 */
export interface Store {
  /** Everything in `change` in one durable transaction. False: a guard missed and nothing was written. */
  commit(change: Change): Promise<boolean>
  /** Takes due jobs of a lane, highest priority first, then longest due: they are `running` when this answers. */
  claimJobs(claim: ClaimJobs): Promise<ClaimedJobs>
  /** Takes due deliveries of a lane, longest due first: they are `sending` when this answers. */
  claimDeliveries(claim: ClaimDeliveries): Promise<Claimed<DeliveryWork>>
  /** Every lane in which something unleased waits, with the earliest due time. */
  lanes(kind: Kind): Promise<{ lane: string; dueAt: number }[]>
  /** How much waits in all lanes of a kind. For the operator's figures: counted over at most 100,000 records. */
  backlog(kind: Kind, now: number): Promise<Backlog>
  /** The worker processes that hold a lease. */
  leaseHolders(): Promise<string[]>
  /** Jobs and deliveries under a lease of this worker process: up to `limit` of each. */
  leasedBy(worker: string, limit: number): Promise<Leased>
  /** Deliveries of a lane that are being sent, by whichever process. */
  countSending(lane: string): Promise<number>
  /** Every worker process that is registered. */
  workers(): Promise<WorkerProcess[]>

  job(id: string): Promise<Job | null>
  jobView(id: string): Promise<JobView | null>
  /** The stored result, or its bytes from `start` to before `end`; read and hashed off the main thread. */
  result(jobId: string, part: { start: number; end: number } | null): Promise<StoredBytes | null>
  /** The payload's bytes (read off the main thread). */
  payload(jobId: string): Promise<Uint8Array | null>
  listJobs(query: JobQuery): Promise<Page<JobView>>
  /** From the position `after` on (exclusive; 0 is the beginning). At most 5,000 rows are looked at. */
  rerunCandidates(query: RerunQuery, after: number, limit: number): Promise<RerunPage>
  countRerunCandidates(query: RerunQuery, after: number): Promise<RerunCounts>
  summarizeJobs(query: JobSummaryQuery): Promise<JobSummary>
  /** Due jobs of the same tenant that run before this pending one, plus one; null beyond `cap`. */
  queuePosition(job: PendingJob, now: number, cap: number): Promise<number | null>
  idempotencyKey(tenantId: string, key: string): Promise<{ bodyHash: Uint8Array; jobId: string } | null>
  /** Whose purged job this was, while we still tell. */
  tombstone(jobId: string, now: number): Promise<{ tenantId: string } | null>
  /** Run times of the newest completed jobs, oldest first (at most `limit` in all). */
  recentDurations(limit: number): Promise<{ type: string; ms: number }[]>
  /** Ids of events that belong to no job and, like all of their deliveries, ended at or before `before`: at most `limit`. */
  expiredEvents(before: number, limit: number): Promise<string[]>
  /** Ids of jobs settled at or before `before`: at most `limit`. */
  expiredJobs(before: number, limit: number): Promise<string[]>

  delivery(id: string): Promise<Delivery | null>
  /** Deliveries of a lane that wait unclaimed past their horizon: at most `limit`. */
  overdueDeliveries(destination: string, now: number, limit: number): Promise<PendingDelivery[]>
  destination(id: string): Promise<Destination | null>
  endpoint(id: string): Promise<Endpoint | null>
  /** All of a tenant, oldest first. Read at every job's end: cheap when there is none. */
  endpointsOf(tenantId: string): Promise<Endpoint[]>
  listEndpoints(query: PageQuery): Promise<Page<Endpoint>>
  /** Deliveries of an endpoint that wait unclaimed, but for those to `exceptUrl`: at most `limit`. */
  waitingDeliveries(endpointId: string, exceptUrl: string | null, limit: number): Promise<PendingDelivery[]>
  /** With what waits unclaimed in each, counted to `cap`, and what is being sent. Newest first, by their first try. */
  listDestinations(query: PageQuery, cap: number): Promise<Page<DestinationLoad>>
  /** Destinations whose breaker is open. */
  openBreakers(): Promise<string[]>
  /** The attempt log, oldest first: the newest `limit` attempts. */
  attempts(deliveryId: string, limit: number): Promise<Attempt[]>
  listDeliveries(query: DeliveryQuery): Promise<Page<Delivery>>
  summarizeDeadLetters(filter: DeadLetterFilter): Promise<DeadLetterSummary>

  /** Whose event it is, and where it stands in the feed: no event ever appears before one that could be read. */
  eventPosition(id: string): Promise<{ tenantId: string; position: number } | null>
  /** The frozen bytes that its deliveries send (read off the main thread). */
  eventBody(id: string): Promise<Uint8Array | null>
  /** The newest event of a tenant, or of all (null). */
  lastEvent(tenantId: string | null): Promise<{ id: string; position: number } | null>
  feed(query: FeedQuery): Promise<FeedPage>

  tenant(id: string): Promise<Tenant | null>
  listTenants(query: PageQuery): Promise<Page<Tenant>>
  /** Tenants made since then, and those whose newest job is of since then: at most `limit`. Every store has `default`: only its jobs tell. */
  activeTenants(since: number, limit: number): Promise<string[]>
  countJobs(tenantId: string, status: 'pending' | 'running', cap: number): Promise<number>
  apiKey(id: string): Promise<ApiKey | null>
  apiKeyByHash(hash: Uint8Array): Promise<ApiKey | null>
  /** Whether a key of the tenant has this scope and is, as of `now`, neither revoked nor expired. However many keys there are. */
  hasValidKey(tenantId: string, scope: Scope, now: number): Promise<boolean>
  listApiKeys(tenantId: string, query: PageQuery): Promise<Page<ApiKey>>
  /** Newest first, those still in their overlap included. */
  signingSecrets(tenantId: string, endpointId: string | null, now: number): Promise<SigningSecret[]>

  /** A random id that the store got when it was made: what tells this installation from others, after a restore as well. */
  installation(): Promise<string>
  health(): Promise<Health>
  close(): Promise<void>
}

/** The store cannot take or give anything now; nothing was written. Callers answer 503 or try again later. */
export class StoreUnavailable extends Error {
  /** `unreachable`: the process that writes is away; whether what was asked has been written is not known. */
  readonly reason: 'overloaded' | 'disk_full' | 'busy' | 'io_error' | 'unreachable' | 'closed'
  constructor(reason: StoreUnavailable['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnavailable'
    this.reason = reason
  }
}

// ---------------------------------------------------------------- Queue

/** What came of a lane's turn: where the lane goes next, and the records taken, each settled when its slot is free again. */
export interface Turn {
  /** 'again': at the end of the line; a time: then; null: nothing waits (a `wake` brings it back). */
  next: 'again' | number | null
  taken: readonly Promise<void>[]
}

/**
 * Lanes and times, nothing else. Losing every message loses nothing: `sweep` wakes what is due. Waking a lane that
 * waits already is free.
 */
export interface Queue {
  /** This lane has work due, now or at a time. Never throws, never blocks. */
  wake(kind: Kind, lane: string, at?: number): void
  /**
   * Lanes with due work take turns at `slots` slots; `takeTurn` gets the number it may take now. A tenant holds no more than its
   * share of them (`domain/fair-share.ts`) while others have lanes or slots here, or `hasOthers` says that they may come any moment.
   */
  consume(
    kind: Kind,
    slots: number,
    takeTurn: (lane: string, room: number) => Promise<Turn>,
    hasOthers?: (tenantId: string) => boolean,
  ): void
  /** No more turns; resolves when the turns under way have given their answer (what they took may still run). */
  stop(): Promise<void>
  health(): Promise<Health>
  close(): Promise<void>
}

// ---------------------------------------------------------------- Notices

/**
 * Between the processes of one installation: this job has changed, or this feed has grown, durably. A notice may be lost, which costs its hearer
 * time and never the truth: that is read from the store.
 */
export interface Notices {
  /** A job's id, or what is watched for a feed. */
  tell(subject: string): void
  /** What other processes tell; at most one hearer. */
  listen(heard: (subject: string) => void): void
}

// ---------------------------------------------------------------- Sender

export interface SendRequest {
  /** The connection pool: nothing is shared between destinations. */
  destination: string
  /** The canonical URL. */
  url: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array
}

export interface Sender {
  /** One POST with a total deadline. Never rejects for anything a receiver can do. An abort gives `interrupted`. */
  send(request: SendRequest, signal: AbortSignal): Promise<SendOutcome>
  close(): Promise<void>
}

// ---------------------------------------------------------------- Workshop

/** A job type the process can run. Durations in milliseconds; null = the configured default. */
export interface JobType {
  type: string
  timeoutMs: number | null
  maxAttempts: number | null
  /** Runs at a time in one process; null = no own limit. */
  concurrency: number | null
  steps: readonly string[]
  /** Its handler runs in threads of its own. */
  isolated: boolean
  /** The file or upstream it comes from, for logs and docs. */
  source: string
  /** Origin of the HTTP endpoint that does it: what its types share a breaker and a limit by. Null for a handler. */
  upstream: string | null
  /** JSON Schema of the payload for the API page, when there is one. */
  inputSchema: unknown
}

export interface Run {
  jobId: string
  tenantId: string
  type: string
  attempt: number
  payload: Uint8Array
  metadata: Readonly<Record<string, string>>
  traceparent: string | null
  /** How long the work may take. Time before its thread has begun it, or in which another run holds the thread, does not count. */
  timeoutMs: number
}

/** How long a handler has after it was told to stop, before its job is settled without it (a cancel ends within 5 s). */
export const GRACE_MS = 4_500

/** The reason of the signal that ends a run: `graceMs` later the run is settled, whatever its handler does. */
export class StopRun extends Error {
  /** `shutdown` and `lost`: of this run alone, the job goes on elsewhere or later. */
  readonly why: 'cancel' | 'timeout' | 'shutdown' | 'lost'
  readonly graceMs: number
  constructor(why: StopRun['why'], graceMs: number) {
    super(`The run is to stop: ${why}.`)
    this.name = 'AbortError'
    this.why = why
    this.graceMs = graceMs
  }
}

/** One thread that runs handlers, as the operator sees it. */
export interface HandlerThread {
  name: string
  /** `silent`: a handler holds it, and nothing else goes on in it. `leaving`: it gets no more runs and ends after those it has. */
  state: 'starting' | 'ready' | 'busy' | 'silent' | 'leaving'
  /** The job type whose module alone it has loaded; null for the threads that all types share. */
  ownType: string | null
  /** `beganAt`: null while the thread has not begun it. */
  runs: readonly { jobId: string; type: string; attempt: number; beganAt: number | null }[]
  /** Runs that were settled without their handlers, which go on in the thread. */
  leftOvers: number
}

export interface HandlerPool {
  threads: readonly HandlerThread[]
  /** Runs that wait for a thread. */
  waiting: number
  /** Threads lost or taken away since the start. */
  replaced: number
  /** Runs that were begun anew, without spending an attempt, because their thread was lost to another's fault. */
  restarted: number
  /** For how long handlers have held their threads so that nothing else went on in them, by job type: milliseconds since the start. */
  blockedMs: ReadonlyMap<string, number>
}

export interface Workshop {
  readonly types: ReadonlyMap<string, JobType>
  /**
   * What is wrong with a payload, as JSON pointers relative to the payload; none = fine. Rejects with the Refusal
   * `overloaded` when the check takes too long.
   */
  check(type: string, payload: Uint8Array): Promise<{ pointer: string; detail: string }[]>
  /**
   * Runs one attempt. Settles whatever the handler does: when it has returned or thrown, with `worker_lost` when it took its
   * thread down, with `timeout` at most the grace after `run.timeoutMs`, and with `handed_back` at most the grace after an
   * abort (4.5 s, or that of a `StopRun`) when it has not returned by then. What a handler says later is dropped.
   */
  run(run: Run, signal: AbortSignal, report: (report: Report) => void): Promise<RunOutcome>
  pool(): HandlerPool
  /** Not ok while the handlers cannot run at all. */
  health(): Health
  close(): Promise<void>
}

// ---------------------------------------------------------------- Clock, Random, Ids, Log

export interface Clock {
  /** Wall time, milliseconds since the epoch. */
  now(): number
  /** Never goes back; only differences mean anything. */
  monotonic(): number
  /** Calls `run` once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void
  /**
   * Calls `run` once when `ms` have passed in which the process was alive, and what waits in the sockets by then has been read;
   * the answer cancels it. For every verdict by timer: a process that stood still must not judge answers it has not read.
   */
  deadline(ms: number, run: () => void): () => void
}

/** A number in [0, 1). */
export type Random = () => number

export type IdKind = 'job' | 'evt' | 'dlv' | 'ep' | 'key' | 'tnt' | 'req'

export interface Ids {
  /** A fresh id, sortable by creation: `<kind>_` + 32 lowercase hex digits. */
  next(kind: IdKind): string
}

export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
