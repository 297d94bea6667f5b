/** A job type done by an HTTP endpoint that the operator trusts: no address is judged. `docs/upstreams.md` tells its side. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Upstream } from '../../domain/upstream.ts'
import { type Run, StopRun } from '../../ports/executor.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import { bodyLimit, outcomeOf } from './answer.ts'
import { createUpstreamClient } from './exchange.ts'
import { requestHeaders } from './request-headers.ts'

/** For the request that tells of a cancel, milliseconds. */
const CANCEL_TIMEOUT = 5_000
/** Shorter words are no secret worth hiding, and stand in any text. */
const SECRET_LENGTH = 8
const NO_BODY = new Uint8Array()

export interface UpstreamCaller {
  /** One attempt. Its only deadline is the signal; when that tells of a cancel or a time-out, the upstream is told too. */
  call(upstream: Upstream, run: Run, signal: AbortSignal): Promise<RunOutcome>
  close(): void
}

export interface CallerOptions {
  /** Bytes. */
  maxResult: number
  /** Of the tenant `default`, newest first. */
  signingSecrets: () => Promise<readonly string[]>
  version: string
  clock: Clock
  log: Log
}

export function createUpstreamCaller({ maxResult, signingSecrets, version, clock, log }: CallerOptions): UpstreamCaller {
  const client = createUpstreamClient(clock)

  /** One DELETE whose answer nobody waits for. */
  async function tellOfCancel(upstream: Upstream, template: string, run: Run, deadline: number): Promise<void> {
    const late = new AbortController()
    const cancel = clock.after(CANCEL_TIMEOUT, () => late.abort())
    try {
      const url = template.replaceAll('{job_id}', encodeURIComponent(run.jobId))
      const secrets = await signingSecrets()
      const headers = requestHeaders({ run, custom: upstream.headers, body: NO_BODY, secrets, deadline, now: clock.now(), version })
      const reply = await client.send({ method: 'DELETE', url, headers, body: null }, () => 0, late.signal)
      const status = reply.kind === 'answered' ? reply.status : null
      log.info({ job: run.jobId, type: run.type, attempt: run.attempt, http_status: status }, 'upstream told to stop')
    } catch (error) {
      log.warn({ job: run.jobId, type: run.type, error: String(error) }, 'an upstream could not be told to stop')
    } finally {
      cancel()
    }
  }

  return {
    async call(upstream, run, signal) {
      const now = clock.now()
      const deadline = now + run.timeoutMs
      const secrets = await signingSecrets()
      const headers = requestHeaders({ run, custom: upstream.headers, body: run.payload, secrets, deadline, now, version })
      const request = { method: 'POST' as const, url: upstream.url, headers, body: run.payload }
      const reply = await client.send(request, (status) => bodyLimit(status, maxResult), signal)
      if (signal.aborted && reply.kind !== 'answered') {
        if (upstream.cancelUrl !== null && isForGood(signal)) void tellOfCancel(upstream, upstream.cancelUrl, run, deadline)
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

/** The work is not wanted any more; after a stop of this process another one asks for it again. */
function isForGood({ reason }: AbortSignal): boolean {
  return reason instanceof StopRun && (reason.why === 'cancel' || reason.why === 'timeout')
}

/** Takes the header values out of what an upstream says: it may echo them. */
function redactor({ headers }: Upstream): (text: string) => string {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(' ')])
  return (text) => secrets.filter(({ length }) => length >= SECRET_LENGTH).reduce((left, secret) => left.replaceAll(secret, '…'), text)
}
