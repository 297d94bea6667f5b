/** The headers of a submit. */
import { hash } from 'node:crypto'
import { invalidRequest } from '../kit/validate.ts'

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The `traceparent`, or null for one that is absent or malformed. */
export function traceparentOf(headers: Headers): string | null {
  const traceparent = headers.get('traceparent')
  return traceparent !== null && TRACEPARENT.test(traceparent) ? traceparent : null
}

/** The `Idempotency-Key` with the hash of what it was sent with; `"k"` (a structured-field string) and `k` are the same key. */
export function idempotencyOf(headers: Headers, sent: Uint8Array | string): { key: string; bodyHash: Uint8Array } | null {
  const header = headers.get('idempotency-key')
  if (header === null) return null
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest([{ pointer: 'Idempotency-Key', detail: 'Must be 1 to 255 printable ASCII characters.' }])
  }
  return { key, bodyHash: hash('sha256', sent, 'buffer') }
}
