import { ProblemError } from '../../domain/errors.ts'
import { type JobCallback, newJob } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-view.ts'
import { leaseOf } from '../../domain/lease.ts'
import { nearest } from '../../domain/nearest.ts'
import { linkedTo, newTraceparent } from '../../domain/trace.ts'
import type { Write } from '../../ports/change.ts'
import type { JobType } from '../../ports/executor.ts'
import type { Span } from '../../ports/tracing.ts'
import { acceptCallbackUrl } from '../access/accept-callback-url.ts'
import { findJob } from '../access/find-job.ts'
import { bytesOfPayload } from '../commit/buffered.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/** A concurrent duplicate of a submit (same tenant, same key) waits this long for it, milliseconds; then it is refused with `in_flight`. */
const KEY_WAIT_MS = 1_000
/** How soon to ask again for room among the pending jobs, seconds. */
const PENDING_RETRY_SECONDS = 5

/** An unknown job type is compared with so many known ones of about its length. */
const MOST_ALIKE = 100
const MOST_LETTERS_OFF = 2

/** A submit as the transport has validated it. Durations in milliseconds. */
export interface SubmitInput {
  tenantId: string
  type: string
  /** The member's bytes as they came in (JSON). */
  payload: Uint8Array
  callback: JobCallback | null
  runAt: number | null
  timeoutMs: number | null
  maxAttempts: number | null
  priority: number
  tags: readonly string[]
  metadata: Readonly<Record<string, string>>
  traceparent: string | null
  /** The ended job that this one does once more, and its trace; with `onlyFirst` it must have no rerun yet. */
  rerunOf: { jobId: string; onlyFirst: boolean; traceparent: string | null } | null
  /** The name of a group. */
  group?: string | null
  /** `bodyHash`: SHA-256 of the request body's bytes. */
  idempotency: { key: string; bodyHash: Uint8Array } | null
}

/** What a submit answers. */
export interface Submitted {
  view: JobView
  /** The key was known: this is the job it made, as it is now. */
  replayed: boolean
}

/**
 * Stores a job; it is durable when this answers. Refuses with `unknown_job_type`, `invalid_request`,
 * `callback_url_forbidden`, `conflict` (the group is closed), `idempotency_key_reused`, `in_flight`, `rate_limited` (too many pending)
 * or `overloaded`.
 */
export async function submitJob(context: Context, input: SubmitInput): Promise<Submitted> {
  if (input.idempotency === null) return store(context, input)
  const release = await context.idempotencyKeys.acquire(`${input.tenantId} ${input.idempotency.key}`, KEY_WAIT_MS)
  if (release === null) throw new ProblemError('in_flight', 'A request with this Idempotency-Key is under way.', { retryAfterSeconds: 1 })
  try {
    return (await replayed(context, input)) ?? (await store(context, input))
  } finally {
    release()
  }
}

/** The job an earlier request with this key made, as it is now. */
async function replayed(context: Context, { tenantId, idempotency }: SubmitInput): Promise<Submitted | null> {
  const known = idempotency && (await context.store.tenants.idempotencyKey(tenantId, idempotency.key))
  if (!known) return null
  if (Buffer.compare(known.bodyHash, idempotency.bodyHash) !== 0) {
    throw new ProblemError('idempotency_key_reused', 'This Idempotency-Key was used with another request body.', {
      faults: [{ pointer: 'Idempotency-Key', detail: 'Use a new key for a new request.' }],
    })
  }
  return { view: await findJob(context, { tenantId }, known.jobId), replayed: true }
}

async function store(context: Context, input: SubmitInput): Promise<Submitted> {
  const { tenantId } = input
  const type = await checked(context, input)
  const callback = acceptCallback(context, input)
  const giveBackRoom = await reserveRoom(context, tenantId)
  const id = context.ids.next('job')
  const span = openSpan(context, id, input)
  let error: string | null = null
  try {
    return await storeNow(context, id, { ...input, callback, traceparent: span?.traceparent ?? input.traceparent }, type)
  } catch (thrown) {
    error = thrown instanceof ProblemError ? thrown.code : 'internal_error'
    throw thrown
  } finally {
    span?.end({ error })
    giveBackRoom()
  }
}

/** A rerun belongs to the request that asks for it, and is linked to the job that it does once more. */
function openSpan({ tracing }: Context, id: string, { tenantId, type, traceparent, rerunOf }: SubmitInput): Span | undefined {
  return tracing?.create({ id, tenantId, type, origin: { ...linkedTo(rerunOf?.traceparent), parent: traceparent } })
}

/** @param input its callback has been accepted */
async function storeNow(context: Context, id: string, input: SubmitInput, type: JobType): Promise<Submitted> {
  const { tenantId, payload, idempotency, rerunOf } = input
  const { clock, settings, localQueues } = context
  const now = clock.now()
  const isDue = input.runAt === null || input.runAt <= now
  const lease = isDue && localQueues.job.reserve(tenantId, bytesOfPayload(payload), now) ? leaseOf(context.identity.current(), 0) : null
  const job = newJob(
    {
      id,
      tenantId,
      type: input.type,
      priority: input.priority,
      tags: input.tags,
      metadata: input.metadata,
      callback: input.callback,
      traceparent: input.traceparent ?? newTraceparent(context.randomBytes),
      runAt: input.runAt,
      timeoutMs: Math.min(input.timeoutMs ?? Number.POSITIVE_INFINITY, type.timeoutMs ?? settings.job.timeoutMs),
      rerunOf: rerunOf?.jobId ?? null,
      ...(input.group == null ? {} : { group: input.group }),
      maxAttempts: Math.min(input.maxAttempts ?? Number.POSITIVE_INFINITY, type.maxAttempts ?? settings.job.maxAttempts),
    },
    now,
    lease,
  )
  const change: Write[] = [{ write: 'insertJob', job, payload }]
  if (job.group !== undefined) change.unshift({ write: 'joinGroup', tenantId, name: job.group, at: now })
  if (rerunOf) change.unshift({ write: 'markRerun', jobId: rerunOf.jobId, onlyFirst: rerunOf.onlyFirst, rerunId: job.id })
  if (idempotency) change.unshift({ write: 'insertIdempotencyKey', tenantId, ...idempotency, jobId: job.id })

  const written = await commit(context, change)
  if (!written) {
    const theirs = await replayed(context, input)
    if (theirs) return theirs
    if (job.group !== undefined && (await context.store.groups.find(tenantId, job.group))?.closedAt != null) {
      throw new ProblemError('conflict', 'The group is closed: it takes no more jobs.')
    }
    if (rerunOf?.onlyFirst) throw new ProblemError('conflict', 'This job has been rerun already.')
    if (rerunOf) throw new ProblemError('gone', 'This job has ended and its retention is over.')
    throw new Error(`job ${job.id} was not stored although its Idempotency-Key is free`)
  }
  return {
    view: { job, progress: null, progressRevision: 0, settledAt: null, inlineResult: null, callbackDelivery: null },
    replayed: false,
  }
}

async function checked(context: Context, { type: name, payload }: SubmitInput): Promise<JobType> {
  const type = context.executor.types.get(name)
  if (!type) {
    throw new ProblemError('unknown_job_type', 'No handler does this type of job here.', {
      faults: [{ pointer: '/type', detail: unknownType(name, [...context.executor.types.keys()]) }],
    })
  }
  const issues = await context.executor.check(name, payload)
  if (issues.length > 0) {
    const faults = issues.map((issue) => ({ pointer: `/payload${issue.pointer}`, detail: issue.detail }))
    throw new ProblemError('invalid_request', 'The payload is not what this type of job takes.', { faults })
  }
  return type
}

function acceptCallback(context: Context, { callback }: SubmitInput): JobCallback | null {
  if (callback === null) return null
  return { ...callback, url: acceptCallbackUrl(context, callback.url, '/callback/url') }
}

/** Refuses with `rate_limited` when the tenant has its ceiling of pending jobs, those on their way to the store included. */
async function reserveRoom({ store, pendingQuota }: Context, tenantId: string): Promise<() => void> {
  const limit = (await store.tenants.find(tenantId))?.limits.pending_jobs
  if (limit === undefined) return () => {}
  const giveBack = await pendingQuota.reserve(tenantId, limit, () => store.tenants.countJobs(tenantId, 'pending', limit))
  if (giveBack !== null) return giveBack
  throw new ProblemError('rate_limited', 'Too many jobs of this tenant are pending.', { retryAfterSeconds: PENDING_RETRY_SECONDS })
}

/** Names only, and of so few and such short ones that the look costs nothing to speak of. */
function unknownType(name: string, known: readonly string[]): string {
  const alike = known.filter((one) => Math.abs(one.length - name.length) <= MOST_LETTERS_OFF).slice(0, MOST_ALIKE)
  const meant = nearest(name, alike)
  return meant === undefined ? 'Unknown job type. GET /v1/job-types lists them.' : `Unknown job type. Did you mean ${meant}?`
}
