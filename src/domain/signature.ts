/**
 * Signing by Standard Webhooks 1.0 (https://www.standardwebhooks.com), symmetric `v1`: HMAC-SHA256 over
 * `id.timestamp.body`. The body is signed as the bytes that are sent.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

const PREFIX = 'whsec_'
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64
const DEFAULT_TOLERANCE_SECONDS = 5 * 60

/** `random` (24 to 64 bytes) as a `whsec_…` secret. */
export function newSecret(random: Uint8Array): string {
  assertLength(random)
  return PREFIX + Buffer.from(random).toString('base64')
}

/**
 * The key of a `whsec_…` secret; a KeyObject signs several times faster than bytes do. Throws a RangeError, without the secret, for a
 * malformed one.
 */
export function signingKey(secret: string): KeyObject {
  return createSecretKey(secretBytes(secret))
}

/** The `webhook-signature` value: one entry per key, so that receivers with either secret of a rotation accept it. */
export function sign(signingKeys: readonly KeyObject[], id: string, timestampSeconds: number, body: Uint8Array): string {
  // A dot would let one signature stand for two different messages.
  if (id.includes('.')) throw new RangeError('the id of a signed message must not contain a dot')
  return signingKeys.map((key) => `v1,${digest(key, id, timestampSeconds, body)}`).join(' ')
}

/** A message as its receiver got it. */
export interface SignedMessage {
  /** The values of the three `webhook-*` headers. */
  id: string
  timestamp: string
  signature: string
  body: Uint8Array
}

/**
 * Whether one of the keys signed this message no longer ago (and no further ahead) than the tolerance. Entries of
 * unknown versions are passed over.
 */
export function verify(
  verifyingKeys: readonly KeyObject[],
  { id, timestamp, signature, body }: SignedMessage,
  nowSeconds: number,
  toleranceSeconds = DEFAULT_TOLERANCE_SECONDS,
): boolean {
  if (id === '' || id.includes('.') || !/^\d{1,12}$/.test(timestamp)) return false
  const seconds = Number(timestamp)
  if (Math.abs(nowSeconds - seconds) > toleranceSeconds) return false
  const presented = signature.split(' ').flatMap((entry) => (entry.startsWith('v1,') ? [Buffer.from(entry.slice(3))] : []))
  return verifyingKeys.some((key) => {
    const expected = Buffer.from(digest(key, id, seconds, body))
    return presented.some((entry) => entry.length === expected.length && timingSafeEqual(entry, expected))
  })
}

function digest(key: KeyObject, id: string, timestampSeconds: number, body: Uint8Array): string {
  return createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body).digest('base64')
}

function secretBytes(secret: string): Uint8Array {
  const text = secret.slice(PREFIX.length)
  if (!secret.startsWith(PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new RangeError('a signing secret is whsec_ and base64')
  const bytes = Buffer.from(text, 'base64')
  assertLength(bytes)
  return bytes
}

function assertLength({ length }: Uint8Array): void {
  if (length < MIN_SECRET_BYTES || length > MAX_SECRET_BYTES) {
    throw new RangeError(`a signing secret has ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`)
  }
}
