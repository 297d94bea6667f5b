/** Waiting for the end of a job by the long poll, which passes every proxy. */
import { hasEnded, type JobDocument } from '../documents/job.ts'
import { JobCanceled, JobFailed, WaitTimeout } from '../transport/errors.ts'
import { BUDGET_MS, createPatience } from '../transport/patience.ts'
import { sleep } from '../transport/time.ts'
import type { Transport } from '../transport/transport.ts'
import { createLook, type JobState } from './job-state.ts'

/** Seconds for which an answer is held: below what common proxies allow. */
export const HOLD_SECONDS = 25
/** Where a proxy cuts held answers, they are held for half as long each time, down to this. */
const SHORTEST_HOLD_SECONDS = 5
/** The last look at the time-out may take so long, milliseconds. */
const LAST_LOOK_MS = 2_000

/** How `done` waits, and what it makes of a bad end. */
export interface DoneOptions {
  signal?: AbortSignal | undefined
  /** Milliseconds. No limit when absent. */
  timeoutMs?: number | undefined
  /** True: a job that failed or was canceled, and a time-out, reject. False unless said: the document comes back as it is. */
  throw?: boolean | undefined
}

/** The last document. Rejects with what the route refuses, and after a minute and a half without an answer. */
export async function waitUntilDone(transport: Transport, state: JobState, options: DoneOptions): Promise<JobDocument> {
  const { timeoutMs = Number.POSITIVE_INFINITY, throw: throws = false } = options
  const document = await lastDocument(transport, state, { signal: options.signal, timeoutMs })
  if (!throws || document.status === 'completed') return document
  if (document.status === 'failed') throw new JobFailed(document)
  if (document.status === 'canceled') throw new JobCanceled(document)
  throw new WaitTimeout(document, timeoutMs)
}

/** The document at the end of the job or of the time. */
async function lastDocument(
  transport: Transport,
  state: JobState,
  { signal, timeoutMs }: { signal: AbortSignal | undefined; timeoutMs: number },
): Promise<JobDocument> {
  const { time } = transport
  const endsAt = time.monotonic() + timeoutMs
  const left = () => Math.max(0, endsAt - time.monotonic())
  const look = createLook(transport, state)
  const patience = createPatience(time, BUDGET_MS)
  let longest = HOLD_SECONDS
  signal?.throwIfAborted()
  for (;;) {
    if (state.document !== null && hasEnded(state.document)) return state.document
    const hold = Math.min(longest, Math.floor(left() / 1000))
    let rest: number
    try {
      rest = (await look({ hold, signal, limitMs: left() + LAST_LOOK_MS })).retryAfterMs
      patience.reset()
    } catch (error) {
      if (left() === 0 && state.document !== null) return state.document
      rest = patience.waitAfter(error)
      if (left() === 0) throw error
      longest = Math.max(SHORTEST_HOLD_SECONDS, Math.floor(longest / 2))
    }
    if (state.document !== null && (hasEnded(state.document) || left() === 0)) return state.document
    await sleep(time, Math.min(rest, left()), signal)
  }
}
