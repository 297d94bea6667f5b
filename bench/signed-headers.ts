import type { KeyObject } from 'node:crypto'
import { sign } from '../src/domain/signature.ts'

/** The headers of a bare sender's callback, signed now as Ringback signs its own. */
export function signedHeaders(key: KeyObject, id: string, body: Uint8Array): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000)
  return {
    'content-type': 'application/json',
    'user-agent': 'Ringback/bare',
    'accept-encoding': 'identity',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign([key], id, timestamp, body),
  }
}
