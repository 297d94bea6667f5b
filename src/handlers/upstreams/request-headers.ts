/** The headers of a request to an upstream. */
import { sign, signingKey } from '../../domain/signature.ts'
import type { Run } from '../../ports/executor.ts'

/** What the headers are made of. */
export interface RequestHeaders {
  run: Run
  /** Headers that the operator configured for the upstream. */
  custom: Readonly<Record<string, string>>
  body: Uint8Array
  /** `whsec_…`, newest first; several while a secret rotates. */
  secrets: readonly string[]
  /** When this attempt must have ended, milliseconds since the epoch. */
  deadline: number
  now: number
  /** Ringback's version. */
  version: string
}

/** The request is signed as callbacks are. The id of the signed message names the attempt. */
export function requestHeaders({ run, custom, body, secrets, deadline, now, version }: RequestHeaders): Record<string, string> {
  const id = `${run.jobId}-${run.attempt}`
  const timestampSeconds = Math.floor(now / 1000)
  return {
    ...custom,
    'user-agent': `Ringback/${version}`,
    'accept-encoding': 'identity',
    'content-length': String(body.byteLength),
    ...(body.byteLength === 0 ? {} : { 'content-type': 'application/json' }),
    'ringback-job-id': run.jobId,
    'ringback-type': run.type,
    'ringback-tenant': run.tenantId,
    'ringback-attempt': String(run.attempt),
    'ringback-deadline': new Date(deadline).toISOString(),
    'idempotency-key': run.jobId,
    ...(run.traceparent === null ? {} : { traceparent: run.traceparent }),
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': sign(secrets.map(signingKey), id, timestampSeconds, body),
  }
}
