/** What went wrong, as an exit code, as one line for a person, and as a problem document. */
import { RingbackError } from '../../client/transport/errors.ts'
import { VerificationError } from '../../client/verify.ts'
import { oneLine } from '../output/escape.ts'
import { EXIT, Interrupted, LocalError, UsageError } from '../world/ends.ts'

/** How a command that failed ends. */
export interface Failure {
  code: number
  /** Null: nothing is to be said. */
  line: string | null
  problem: object
}

/** Codes of jobs that have no result, which the command line tells as the job's own end. */
const ENDS: Readonly<Record<string, number>> = { job_failed: EXIT.jobFailed, job_canceled: EXIT.canceled, not_finished: EXIT.waitEnded }

/** @param asked what the command was about, such as the id it was given, and the URL of the service */
export function failureOf(error: unknown, asked: { thing: string; url: string | null; command: string }): Failure {
  if (error instanceof Interrupted) return { code: EXIT.interrupted, line: null, problem: local('interrupted', 'interrupted') }
  if (error instanceof UsageError) return told(EXIT.usage, 'usage', `${error.message}; see ringback ${asked.command} --help`)
  if (error instanceof VerificationError) return told(EXIT.failed, 'not_verified', error.message)
  if (error instanceof LocalError) return told(EXIT.failed, 'failed', error.message)
  if (error instanceof RingbackError) return refused(error, asked)
  // Whoever read our output has seen enough.
  if (isBrokenPipe(error)) return { code: EXIT.ok, line: null, problem: {} }
  const message = error instanceof Error ? error.message : String(error)
  return told(EXIT.failed, 'failed', `${asked.command}: ${message}`)
}

function refused(error: RingbackError, { thing, url }: { thing: string; url: string | null }): Failure {
  const { status, code, detail, requestId, errors } = error
  const problem = error.problem ?? local(code, detail, status)
  if (code === 'network_error') {
    const line = `no answer from ${url}: ${detail}; is the service there? Set RINGBACK_URL, or run ringback login`
    return { code: EXIT.failed, line: oneLine(line), problem: problem as object }
  }
  const faults = errors.map((fault) => `${fault.pointer}: ${fault.detail}`)
  const parts = [detail, ...faults].join(' · ').replace(/\.$/, '')
  const request = requestId === null ? '' : ` [${requestId}]`
  const line = `${thing === '' ? '' : `${thing}: `}${parts} (${code})${wayOut(status, code)}${request}`
  return { code: ENDS[code] ?? codeOf(status), line: oneLine(line), problem: problem as object }
}

function codeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.notAllowed
  if (status === 404 || status === 410) return EXIT.notFound
  return EXIT.failed
}

function wayOut(status: number, code: string): string {
  if (status === 401) return '; set RINGBACK_API_KEY to a good key, or run ringback login'
  if (status === 403) return '; use a key with the scope it takes'
  if (code === 'cursor_expired') return '; go on with --after latest, or name a later event'
  if (code === 'not_found') return '; see the list for what there is'
  if (code === 'gone') return '; it is past its retention'
  if (code === 'not_finished') return '; ringback jobs wait waits for it'
  if (code === 'unknown_job_type') return '; GET /v1/job-types lists those there are'
  if (status === 429 || status === 503) return '; try again later'
  return ''
}

function told(code: number, name: string, message: string): Failure {
  return { code, line: oneLine(message), problem: local(name, message) }
}

/** A problem document for what no service answered. */
function local(code: string, detail: string, status = 0): object {
  return { type: 'about:blank', title: code.replaceAll('_', ' '), status, detail, code, request_id: null }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
}
