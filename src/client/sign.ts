import { signatureEntry, signingKey } from './signature.ts'

/** What is signed. */
export interface SignedParts {
  /** The `webhook-id`; without a dot. */
  id: string
  /** Seconds since the epoch. */
  timestamp: number
  body: string | Uint8Array
}

/** The three headers that Ringback would send: for tests of receivers, and for those who hand callbacks on. */
export async function sign({ id, timestamp, body }: SignedParts, secret: string | readonly string[]): Promise<Record<string, string>> {
  // A dot would let one signature stand for two different messages.
  if (id === '' || id.includes('.')) throw new RangeError('the id of a signed message must not be empty or contain a dot')
  const seconds = String(Math.floor(timestamp))
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const keys = await Promise.all((typeof secret === 'string' ? [secret] : secret).map(signingKey))
  const entries = await Promise.all(keys.map((key) => signatureEntry(key, id, seconds, bytes)))
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': entries.join(' ') }
}
