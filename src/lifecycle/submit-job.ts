import { Refusal } from '../domain/errors.ts'
import { type JobCallback, newJob } from '../domain/job.ts'
import type { JobView } from '../domain/job-document.ts'
import { nearest } from '../domain/nearest.ts'
import type { JobType, Write } from '../ports.ts'
import { acceptCallbackUrl } from './accept-callback-url.ts'
import { findJob } from './find-job.ts'
import type { World } from './world.ts'

/** A twin of a submit under way waits this long for it, milliseconds; then it is told to come back. */
const TWIN_WAIT_MS = 1_000
/** How soon to ask again for room among the pending jobs, seconds. */
const PENDING_RETRY_SECONDS = 5

/** An unknown job type is compared with so many known ones of about its length. */
const MOST_ALIKE = 100
const MOST_LETTERS_OFF = 2

export interface SubmitInput {
  tenantId: string
  type: string
  /** The member's bytes as they came in (JSON). */
  payload: Uint8Array
  callback: JobCallback | null
  /** Where a refused callback URL stood in the request, a JSON pointer. */
  callbackPointer: string
  runAt: number | null
  timeoutMs: number | null
  maxAttempts: number | null
  priority: number
  tags: readonly string[]
  metadata: Readonly<Record<string, string>>
  traceparent: string | null
  /** The ended job that this one does once more; with `onlyFirst` it must have no rerun yet. */
  rerunOf: { jobId: string; onlyFirst: boolean } | null
  /** `bodyHash`: SHA-256 of the request body's bytes. */
  idempotency: { key: string; bodyHash: Uint8Array } | null
}

export interface Submitted {
  view: JobView
  /** The key was known: this is the job it made, as it is now. */
  replayed: boolean
}

/**
 * Stores a job; it is durable when this answers. Refuses with `unknown_job_type`, `invalid_request`,
 * `callback_url_forbidden`, `idempotency_key_reused`, `in_flight`, `rate_limited` (too many pending) or `overloaded`.
 */
export async function submitJob(world: World, input: SubmitInput): Promise<Submitted> {
  if (input.idempotency === null) return store(world, input)
  const release = await enterAlone(world, `${input.tenantId} ${input.idempotency.key}`)
  try {
    return (await replayed(world, input)) ?? (await store(world, input))
  } finally {
    release()
  }
}

/** Twins (same tenant, same key) go one at a time. */
async function enterAlone(world: World, place: string): Promise<() => void> {
  const { submitting, clock } = world
  const deadline = clock.monotonic() + TWIN_WAIT_MS
  for (let ahead = submitting.get(place); ahead; ahead = submitting.get(place)) {
    const left = deadline - clock.monotonic()
    if (left <= 0) throw new Refusal('in_flight', 'A request with this Idempotency-Key is under way.', { retryAfterSeconds: 1 })
    await new Promise<void>((resolve) => {
      const cancelTimer = clock.after(left, resolve)
      void ahead.then(() => {
        cancelTimer()
        resolve()
      })
    })
  }
  const left = Promise.withResolvers<void>()
  submitting.set(place, left.promise)
  return () => {
    submitting.delete(place)
    left.resolve()
  }
}

/** The job an earlier request with this key made, as it is now. */
async function replayed(world: World, { tenantId, idempotency }: SubmitInput): Promise<Submitted | null> {
  const known = idempotency && (await world.store.idempotencyKey(tenantId, idempotency.key))
  if (!known) return null
  if (Buffer.compare(known.bodyHash, idempotency.bodyHash) !== 0) {
    throw new Refusal('idempotency_key_reused', 'This Idempotency-Key was used with another request body.', {
      faults: [{ pointer: 'Idempotency-Key', detail: 'Use a new key for a new request.' }],
    })
  }
  return { view: await findJob(world, { tenantId }, known.jobId), replayed: true }
}

async function store(world: World, input: SubmitInput): Promise<Submitted> {
  const { tenantId } = input
  const type = await checked(world, input)
  const callback = judged(world, input)
  const giveBackRoom = await reserveRoom(world, tenantId)
  try {
    return await storeNow(world, input, type, callback)
  } finally {
    giveBackRoom()
  }
}

async function storeNow(world: World, input: SubmitInput, type: JobType, callback: JobCallback | null): Promise<Submitted> {
  const { tenantId, payload, idempotency, rerunOf } = input
  const { clock, settings, handover } = world
  const now = clock.now()
  // A view keeps all of the request's body alive.
  const heldBytes = payload.buffer.byteLength
  const isDue = input.runAt === null || input.runAt <= now
  const lease = isDue && handover.jobs.reserve(tenantId, heldBytes, now) ? `${world.worker}.0` : null
  const job = newJob(
    {
      id: world.ids.next('job'),
      tenantId,
      type: input.type,
      priority: input.priority,
      tags: input.tags,
      metadata: input.metadata,
      callback,
      traceparent: input.traceparent,
      runAt: input.runAt,
      timeoutMs: Math.min(input.timeoutMs ?? Number.POSITIVE_INFINITY, type.timeoutMs ?? settings.jobTimeoutMs),
      rerunOf: rerunOf?.jobId ?? null,
      maxAttempts: Math.min(input.maxAttempts ?? Number.POSITIVE_INFINITY, type.maxAttempts ?? settings.jobMaxAttempts),
    },
    now,
    lease,
  )
  const change: Write[] = [{ write: 'insertJob', job, payload }]
  if (rerunOf) change.unshift({ write: 'markRerun', ...rerunOf, rerunId: job.id })
  if (idempotency) change.unshift({ write: 'insertIdempotencyKey', tenantId, ...idempotency, jobId: job.id })

  const written = await world.store.commit(change).catch((error) => {
    if (lease) handover.jobs.unreserve(tenantId, heldBytes)
    throw error
  })
  if (!written) {
    if (lease) handover.jobs.unreserve(tenantId, heldBytes)
    const theirs = await replayed(world, input)
    if (theirs) return theirs
    if (rerunOf?.onlyFirst) throw new Refusal('conflict', 'This job has been rerun already.')
    if (rerunOf) throw new Refusal('gone', 'This job has ended and its retention is over.')
    throw new Error(`job ${job.id} was not stored although its Idempotency-Key is free`)
  }
  if (lease) {
    handover.jobs.put(tenantId, { job, payload })
    // Not at `dueAt`: the wall clock may have been set back meanwhile, and nothing else wakes what is held in memory.
    world.queue.wake('job', tenantId)
  } else {
    handover.jobs.stored(tenantId, job.dueAt)
    world.queue.wake('job', tenantId, job.dueAt)
  }
  return {
    view: { job, progress: null, progressRevision: 0, settledAt: null, inlineResult: null, callbackDelivery: null },
    replayed: false,
  }
}

async function checked(world: World, { type: name, payload }: SubmitInput): Promise<JobType> {
  const type = world.workshop.types.get(name)
  if (!type) {
    throw new Refusal('unknown_job_type', 'No handler does this type of job here.', {
      faults: [{ pointer: '/type', detail: unknownType(name, [...world.workshop.types.keys()]) }],
    })
  }
  const issues = await world.workshop.check(name, payload)
  if (issues.length > 0) {
    const faults = issues.map((issue) => ({ pointer: `/payload${issue.pointer}`, detail: issue.detail }))
    throw new Refusal('invalid_request', 'The payload is not what this type of job takes.', { faults })
  }
  return type
}

function judged(world: World, { callback, callbackPointer: pointer }: SubmitInput): JobCallback | null {
  if (callback === null) return null
  return { ...callback, url: acceptCallbackUrl(world, callback.url, pointer) }
}

/** Refuses with `rate_limited` when the tenant has its ceiling of pending jobs, those on their way to the store included. */
async function reserveRoom(world: World, tenantId: string): Promise<() => void> {
  const { store, storing } = world
  const limit = (await store.tenant(tenantId))?.limits.pending_jobs
  if (limit === undefined) return () => {}
  const before = storing.get(tenantId) ?? 0
  const pending = await store.countJobs(tenantId, 'pending', limit)
  const now = storing.get(tenantId) ?? 0
  // One that has been stored between the two may be missing from both `pending` and `now`.
  if (pending + Math.max(before, now) >= limit) {
    throw new Refusal('rate_limited', 'Too many jobs of this tenant are pending.', { retryAfterSeconds: PENDING_RETRY_SECONDS })
  }
  storing.set(tenantId, now + 1)
  return () => {
    const left = (storing.get(tenantId) ?? 1) - 1
    if (left === 0) storing.delete(tenantId)
    else storing.set(tenantId, left)
  }
}

/** Names only, and of so few and such short ones that the look costs nothing to speak of. */
function unknownType(name: string, known: readonly string[]): string {
  const alike = known.filter((one) => Math.abs(one.length - name.length) <= MOST_LETTERS_OFF).slice(0, MOST_ALIKE)
  const meant = nearest(name, alike)
  return meant === undefined ? 'Unknown job type. GET /v1/job-types lists them.' : `Unknown job type. Did you mean ${meant}?`
}
