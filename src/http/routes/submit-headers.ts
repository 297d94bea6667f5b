/** The headers of a submit. */
import { hash } from 'node:crypto'
import { invalidRequest } from '../kit/validate.ts'

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
