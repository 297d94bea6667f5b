/** Signatures of Standard Webhooks (https://www.standardwebhooks.com), symmetric `v1`: HMAC-SHA256 of `id.timestamp.body`, by WebCrypto. */

const PREFIX = 'whsec_'
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64
const UTF8 = new TextEncoder()

/** By its origin: the name `CryptoKey` is not a global type everywhere. */
export type SigningKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** The key of a `whsec_…` secret. Throws a RangeError, which never has the secret in it, for anything else. */
export async function signingKey(secret: string): Promise<SigningKey> {
  const bytes = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : null
  if (bytes === null || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES) {
    throw new RangeError(`a signing secret is ${PREFIX} and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`)
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** One entry of a `webhook-signature`. */
export async function signatureEntry(key: SigningKey, id: string, timestamp: string, body: Uint8Array): Promise<string> {
  const head = UTF8.encode(`${id}.${timestamp}.`)
  const message = new Uint8Array(head.length + body.length)
  message.set(head)
  message.set(body, head.length)
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
  return `v1,${btoa(String.fromCharCode(...digest))}`
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function equalInConstantTime(one: string, other: string): boolean {
  const [a, b] = [UTF8.encode(one), UTF8.encode(other)]
  if (a.length !== b.length) return false
  let difference = 0
  for (const [at, byte] of a.entries()) difference |= byte ^ (b[at] ?? 0)
  return difference === 0
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}
