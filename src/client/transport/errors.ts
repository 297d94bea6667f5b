/** What the client rejects with. */
import type { JobDocument, JobError } from '../documents/job.ts'

/** One fault of a request: a JSON pointer into the body, `?name` of a query parameter, or the name of a header. */
export interface RequestFault {
  pointer: string
  detail: string
}

/** What a `RingbackError` is made of. */
export interface RingbackErrorParts {
  status: number
  code: string
  detail: string
  requestId?: string | null
  retryAfterSeconds?: number | null
  errors?: readonly RequestFault[]
  /** The problem document, where there is one. */
  problem?: unknown
  cause?: unknown
}

/**
 * A request that was refused, or that got no answer. `code` is one of the service's stable codes; `network_error` with `status` 0 when
 * no whole answer came, and `http_<status>` for an answer that is not the service's own.
 */
export class RingbackError extends Error {
  override readonly name: string = 'RingbackError'
  readonly status: number
  readonly code: string
  readonly detail: string
  /** Names the request in the service's log. */
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null
  readonly errors: readonly RequestFault[]
  /** The problem document as it came; null where there was none. */
  readonly problem: unknown

  constructor({ status, code, detail, requestId, retryAfterSeconds, errors, problem, cause }: RingbackErrorParts) {
    super(`${code}: ${detail}`, cause === undefined ? {} : { cause })
    this.status = status
    this.code = code
    this.detail = detail
    this.requestId = requestId ?? null
    this.retryAfterSeconds = retryAfterSeconds ?? null
    this.errors = errors ?? []
    this.problem = problem ?? null
  }
}

/** The job failed. Only from `done({ throw: true })`. */
export class JobFailed extends Error {
  override readonly name: string = 'JobFailed'
  readonly document: JobDocument
  /** The code of the job's error. */
  readonly code: string
  /** The job's error. */
  readonly error: JobError | null

  constructor(document: JobDocument) {
    const { id, error } = document
    super(`${id} failed: ${error?.code ?? 'unknown'}: ${error?.message ?? ''}`)
    this.document = document
    this.code = error?.code ?? 'unknown'
    this.error = error
  }
}

/** The job was canceled. Only from `done({ throw: true })`. */
export class JobCanceled extends Error {
  override readonly name: string = 'JobCanceled'
  readonly document: JobDocument

  constructor(document: JobDocument) {
    super(`${document.id} was canceled`)
    this.document = document
  }
}

/** The job had not ended when the time was up; it goes on. Only from `done({ throw: true })`. */
export class WaitTimeout extends Error {
  override readonly name: string = 'WaitTimeout'
  /** As it was when it was last read. */
  readonly document: JobDocument
  readonly timeoutMs: number

  constructor(document: JobDocument, timeoutMs: number) {
    super(`${document.id} was ${document.status} when ${timeoutMs} ms had passed`)
    this.document = document
    this.timeoutMs = timeoutMs
  }
}
