/** The headers of a callback: ours, and those a client may add. */
import type { Fault } from './errors.ts'
import { jsonPointer } from './json-pointer.ts'

const MAX_HEADERS = 16
/** Names and values together: receivers commonly refuse a request with more than 8 KiB of headers. */
const MAX_BYTES = 8192

/** Framing, hop-by-hop and body-describing headers belong to the sender: a client's would change what the bytes mean on the way. */
const OURS = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])
const OURS_BY_PREFIX = /^(?:webhook|ringback|proxy)-/

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i
/** RFC 9110 section 5.5: visible characters, space, tab and the bytes above ASCII. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** What is wrong with custom headers, each fault at a JSON pointer relative to the headers object; none = fine. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Fault[] {
  const entries = Object.entries(headers)
  if (entries.length > MAX_HEADERS) return [{ pointer: '', detail: `has more than ${MAX_HEADERS} headers` }]
  if (entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > MAX_BYTES) {
    return [{ pointer: '', detail: `is longer than ${MAX_BYTES} bytes in all` }]
  }
  const seen = new Set<string>()
  return entries.flatMap(([name, value]) => {
    const detail = judgeHeader(name.toLowerCase(), value, seen)
    return detail === undefined ? [] : [{ pointer: jsonPointer([name]), detail }]
  })
}

function judgeHeader(name: string, value: string, seen: Set<string>): string | undefined {
  if (seen.has(name)) return 'is there twice: header names do not tell upper from lower case'
  seen.add(name)
  if (!TOKEN.test(name)) return 'is not a header name'
  if (OURS.has(name) || OURS_BY_PREFIX.test(name)) return 'is a header that cannot be set'
  if (!VALUE.test(value)) return 'has a value that cannot be sent in a header'
  return undefined
}

/** Judged custom headers in the form they are stored and sent in: names in lower case. */
export function canonicalHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** What the headers of one attempt are made of. */
export interface CallbackHeaders {
  eventId: string
  /** Unix seconds of this attempt. */
  timestampSeconds: number
  signature: string
  /** Ringback's version. */
  version: string
  /** Judged custom headers. */
  custom: Readonly<Record<string, string>>
  /** The trace of the job's submit. */
  traceparent?: string | undefined
}

/** What of an attempt's headers cannot be told afterwards from the attempt and its event: the log keeps it. */
export interface SentHeaders {
  signature: string
  /** Ringback's version. */
  version: string
  /** Names of the custom headers: their values may be secrets. */
  custom: readonly string[]
  traceparent?: string
}

/** Stands for the value of a custom header. */
const HIDDEN = '***'

/** The headers of the attempt of `eventId` made at `at`, as its log shows them. */
export function shownHeaders(
  eventId: string,
  at: number,
  { signature, version, custom, traceparent }: SentHeaders,
): Record<string, string> {
  const hidden = Object.fromEntries(custom.map((name) => [name, HIDDEN]))
  return callbackHeaders({ eventId, timestampSeconds: timestampOf(at), signature, version, custom: hidden, traceparent })
}

/** The `webhook-timestamp` of an attempt made at `at`: Unix seconds. */
export function timestampOf(at: number): number {
  return Math.floor(at / 1000)
}

/** Every header of one attempt, in the order of docs/contract.md#callbacks, but for those that frame the message. */
export function callbackHeaders(headers: CallbackHeaders): Record<string, string> {
  const { eventId, timestampSeconds, signature, version, custom, traceparent } = headers
  const ours = {
    'content-type': 'application/json',
    'user-agent': `Ringback/${version}`,
    'accept-encoding': 'identity',
    'webhook-id': eventId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signature,
  }
  // Ours twice: first for their place, last so that no stored header, however old its rules, can replace one.
  return { ...ours, ...(traceparent === undefined ? {} : { traceparent }), ...custom, ...ours }
}
