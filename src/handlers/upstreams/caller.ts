/** Runs jobs through an HTTP endpoint of the operator's. The operator trusts it, so its address is not checked. See `docs/upstreams.md`. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Upstream } from '../../domain/upstream.ts'
import { type Run, StopRun } from '../../ports/executor.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Span, Tracing } from '../../ports/tracing.ts'
import { bodyLimit, outcomeOf } from './answer.ts'
import { createUpstreamClient, type Reply } from './exchange.ts'
import { requestHeaders } from './request-headers.ts'

/** Time limit of the request that reports a cancel: milliseconds. */
const CANCEL_TIMEOUT = 5_000
/** Shorter header values are not redacted: they are no secrets, and occur in any text. */
const MIN_SECRET_LENGTH = 8
const NO_BODY = new Uint8Array()

/** Calls upstreams. */
export interface UpstreamCaller {
  /** Makes one attempt. Its only time limit is the signal. The upstream is told when the signal reports a cancel or a time-out. */
  call(upstream: Upstream, run: Run, signal: AbortSignal): Promise<RunOutcome>
  close(): void
}

/** What a caller needs. */
export interface CallerOptions {
  /** The most bytes a result may have. */
  maxResult: number
  /** Signing secrets of the tenant `default`, newest first. */
  signingSecrets: () => Promise<readonly string[]>
  version: string
  clock: Clock
  log: Log
  /** Null: nobody looks at traces. */
  tracing: Tracing | null
}

/** Opens no connection before the first call. */
export function createUpstreamCaller({ maxResult, signingSecrets, version, clock, log, tracing }: CallerOptions): UpstreamCaller {
  const client = createUpstreamClient(clock)

  /** Begins the span of a request, where there is a tracer, and gives the run whose headers name it. */
  function openSpan(method: 'POST' | 'DELETE', url: string, run: Run): { span: Span | undefined; traced: Run } {
    const span = tracing?.request({ method, url, attempt: run.attempt, parent: run.traceparent })
    return { span, traced: span === undefined ? run : { ...run, traceparent: span.traceparent ?? run.traceparent } }
  }

  /** Sends one DELETE. Its outcome is only logged. */
  async function reportCancel(upstream: Upstream, template: string, run: Run, deadline: number): Promise<void> {
    const late = new AbortController()
    const cancel = clock.after(CANCEL_TIMEOUT, () => late.abort())
    try {
      const url = template.replaceAll('{job_id}', encodeURIComponent(run.jobId))
      const secrets = await signingSecrets()
      const { span, traced } = openSpan('DELETE', url, run)
      const headers = requestHeaders({ run: traced, custom: upstream.headers, body: NO_BODY, secrets, deadline, now: clock.now(), version })
      const reply = await client.send({ method: 'DELETE', url, headers, body: null }, () => 0, late.signal)
      endSpan(span, reply)
      const status = reply.kind === 'answered' ? reply.status : null
      log.info({ job: run.jobId, type: run.type, attempt: run.attempt, http_status: status }, 'upstream told to stop')
    } catch (error) {
      log.warn({ job: run.jobId, type: run.type }, 'an upstream could not be told to stop', error)
    } finally {
      cancel()
    }
  }

  return {
    async call(upstream, run, signal) {
      const now = clock.now()
      const deadline = now + run.timeoutMs
      const secrets = await signingSecrets()
      const { span, traced } = openSpan('POST', upstream.url, run)
      const headers = requestHeaders({ run: traced, custom: upstream.headers, body: run.payload, secrets, deadline, now, version })
      const request = { method: 'POST' as const, url: upstream.url, headers, body: run.payload }
      const reply = await client.send(request, (status) => bodyLimit(status, maxResult), signal)
      endSpan(span, reply)
      if (signal.aborted && reply.kind !== 'answered') {
        if (upstream.cancelUrl !== null && isFinal(signal)) void reportCancel(upstream, upstream.cancelUrl, run, deadline)
        return { kind: 'handed_back' }
      }
      const outcome = outcomeOf(reply, { maxResult, now: clock.now(), redact: redactor(upstream) })
      if (outcome.kind === 'failed' || outcome.kind === 'unanswered') {
        const { code, internal } = outcome.failure
        log.warn({ job: run.jobId, type: run.type, attempt: run.attempt, error: code, fields: internal }, 'the upstream failed')
      }
      return outcome
    },
    close: () => client.close(),
  }
}

function endSpan(span: Span | undefined, reply: Reply): void {
  span?.end(reply.kind === 'answered' ? { status: reply.status } : { error: `upstream_${reply.kind}` })
}

/** Whether the work is not wanted any more. After a stop of this process another process asks for it again. */
function isFinal({ reason }: AbortSignal): boolean {
  return reason instanceof StopRun && (reason.why === 'cancel' || reason.why === 'timeout')
}

/** Removes the header values from what an upstream says, because it may echo them. */
function redactor({ headers }: Upstream): (text: string) => string {
  const values = Object.values(headers).flatMap((value) => [value, ...value.split(' ')])
  const secrets = values.filter(({ length }) => length >= MIN_SECRET_LENGTH)
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text)
}
