/** Submitting a job once, however often the request has to be sent. */
import type { JobEventType } from '../documents/event.ts'
import type { JobDocument } from '../documents/job.ts'
import { BUDGET_MS, persistently } from '../transport/patience.ts'
import type { Call, Transport } from '../transport/transport.ts'

/** An attempt without a whole answer by then has failed, milliseconds. Not knowing what became of it does no harm: the key is the same. */
const ATTEMPT_MS = 30_000

/** How often and as what a submit is sent. */
export interface SendOnceOptions {
  /** Made by the client unless it is given: the same key with the same job is the same job, also from another process. */
  idempotencyKey?: string | undefined
  /** Milliseconds from the first failure on, after which no other attempt begins. 90 s when absent; 0: one attempt. */
  budgetMs?: number | undefined
  /** Ends the attempts; the job may have been submitted by then. */
  signal?: AbortSignal | undefined
  /** W3C trace context, handed on to the handler and the callback. */
  traceparent?: string | undefined
}

/** What a submit may say besides type and payload. Members in snake case stand in the request as they are. */
export interface SubmitOptions extends SendOnceOptions {
  /** The short form of `callback.url`. */
  callback_url?: string | null | undefined
  callback?: {
    url: string
    /** All three when absent. */
    events?: readonly JobEventType[] | null | undefined
    headers?: Readonly<Record<string, string>> | null | undefined
  } | null
  /** Not before this time: RFC 3339. */
  run_at?: string | null | undefined
  /** Of one run. */
  timeout_seconds?: number | null | undefined
  max_attempts?: number | null | undefined
  /** -100 to 100; higher runs first. */
  priority?: number | null | undefined
  tags?: readonly string[] | null | undefined
  metadata?: Readonly<Record<string, string>> | null | undefined
  /** The name of a group: jobs of one name are counted together. */
  group?: string | null | undefined
}

/** JSON text that is sent as it is, for numbers and orders of members that a JavaScript value does not keep. */
export class RawJson {
  readonly text: string
  /** Throws a SyntaxError for what is no JSON. */
  constructor(text: string) {
    JSON.parse(text)
    this.text = text
  }
}

/** The document of the job that was submitted. */
export function submit(transport: Transport, type: string, payload: unknown, options: SubmitOptions): Promise<JobDocument> {
  const { idempotencyKey, budgetMs, signal, traceparent, ...members } = options
  // The very same bytes each time: the key stands for them.
  const body = bodyOf(type, payload, members)
  return sendOnce(transport, { method: 'POST', path: '/v1/jobs', body }, { idempotencyKey, budgetMs, signal, traceparent })
}

/** Sends a request that makes a job, with one `Idempotency-Key`, until it is answered or the budget is spent. */
export function sendOnce(transport: Transport, call: Call, options: SendOnceOptions): Promise<JobDocument> {
  const { idempotencyKey = newKey(), budgetMs = BUDGET_MS, signal, traceparent } = options
  const headers = { 'idempotency-key': idempotencyKey, ...(traceparent === undefined ? {} : { traceparent }) }
  return persistently(transport.time, { budgetMs, signal }, () => transport.json({ ...call, headers, signal, limitMs: ATTEMPT_MS }))
}

function bodyOf(type: string, payload: unknown, members: object): string {
  const rest = JSON.stringify({ type, ...members })
  const value = payload instanceof RawJson ? payload.text : JSON.stringify(payload)
  return value === undefined ? rest : `${rest.slice(0, -1)},"payload":${value}}`
}

/** `crypto.randomUUID` is missing on pages that came by plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
