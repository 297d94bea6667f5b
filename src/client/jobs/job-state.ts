/** What a handle knows of its job, and one look at it by `GET /v1/jobs/{id}`. */
import type { JobDocument } from '../documents/job.ts'
import { refusalOf, retryAfter, unreadable } from '../transport/refusal.ts'
import type { Transport } from '../transport/transport.ts'

/** An answer may take so much longer than it is held, milliseconds. */
const SLACK_MS = 15_000

/** The job as it was last read, shared by all that one handle does. */
export interface JobState {
  readonly id: string
  document: JobDocument | null
}

/** What is asked of one look. */
export interface LookOptions {
  /** Seconds to hold the answer until the job has ended, with a known ETag until it differs. */
  hold: number
  signal?: AbortSignal | undefined
  /** The answer must be here within so many milliseconds, if that is sooner. */
  limitMs?: number | undefined
}

/** What came of it. */
export interface Look {
  /** False: the ETag still holds. */
  changed: boolean
  /** The rest that the service asks for before the next look. */
  retryAfterMs: number
}

/** Looks at the job, and remembers the ETag from look to look. Refuses as the route does. */
export function createLook(transport: Transport, state: JobState): (options: LookOptions) => Promise<Look> {
  let etag: string | null = null
  return async ({ hold, signal, limitMs = Number.POSITIVE_INFINITY }) => {
    const answer = await transport.ask({
      method: 'GET',
      path: jobPath(state.id),
      query: { wait: hold > 0 ? hold : null },
      headers: etag === null ? {} : { 'if-none-match': etag },
      signal,
      limitMs: Math.min(limitMs, hold * 1000 + SLACK_MS),
    })
    const { status, headers, text } = answer
    if (status !== 304 && (status < 200 || status > 299)) throw refusalOf(answer, transport.time.now())
    if (status !== 304) {
      state.document = parsed(text)
      etag = headers.get('etag')
    }
    const seconds = retryAfter(headers.get('retry-after'), transport.time.now()) ?? 1
    return { changed: status !== 304, retryAfterMs: seconds * 1000 }
  }
}

/** Where the job is read. */
export function jobPath(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`
}

function parsed(text: string): JobDocument {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(cause)
  }
}
