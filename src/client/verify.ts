/** The door of `ringback/verify`: is this callback from Ringback? */
import type { CallbackEvent } from './documents/event.ts'
import type { AnyJobs } from './documents/job-map.ts'
import { equalInConstantTime, type SigningKey, signatureEntry, signingKey } from './signature.ts'

export type * from './documents/event.ts'
export { type SignedParts, sign } from './sign.ts'

/** Headers as the Fetch API has them, or as Node has them. */
export type HeadersLike = { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>

/** Which check a message did not pass. */
export type FailedCheck = 'secret' | 'headers' | 'timestamp' | 'signature' | 'body'

/** A message that is not to be trusted; `check` says which check failed, and the text why. Has nothing secret in it. */
export class VerificationError extends Error {
  override readonly name: string = 'VerificationError'
  readonly check: FailedCheck

  constructor(check: FailedCheck, detail: string, cause?: unknown) {
    super(`${check}: ${detail}`, cause === undefined ? {} : { cause })
    this.check = check
  }
}

/** How strictly a message is judged. */
export interface VerifyOptions {
  /** The message may be so much older or newer than our clock says. 300 when absent. */
  toleranceSeconds?: number | undefined
}

/**
 * The event of a callback, if it was signed with (one of) the secrets, lately. Rejects with a `VerificationError` otherwise.
 *
 * @param body as it came: one that was parsed and written again has another signature
 * @param secret `whsec_…`, or several while one replaces the other; null ones are passed over
 */
export async function verify<Jobs extends object = AnyJobs>(
  body: string | Uint8Array | ArrayBuffer,
  headers: HeadersLike,
  secret: string | readonly (string | null | undefined)[],
  { toleranceSeconds = 300 }: VerifyOptions = {},
): Promise<CallbackEvent<Jobs>> {
  const bytes = bytesOf(body)
  const keys = await keysOf(secret)
  const id = only(headers, 'webhook-id')
  const timestamp = only(headers, 'webhook-timestamp')
  const presented = valuesOf(headers, 'webhook-signature').flatMap((value) => value.split(/[\s]+|,\s+/))
  if (presented.every((entry) => entry === '')) throw new VerificationError('headers', 'webhook-signature is missing')
  if (id.includes('.')) throw new VerificationError('headers', 'webhook-id contains a dot')
  checkTimestamp(timestamp, toleranceSeconds)
  const expected = await Promise.all(keys.map((key) => signatureEntry(key, id, timestamp, bytes)))
  // Every pair is compared, so that the time does not tell which one fitted.
  const fitting = presented.filter((entry) => expected.filter((one) => equalInConstantTime(one, entry)).length > 0)
  if (fitting.length === 0) {
    const known = presented.some((entry) => entry.startsWith('v1,'))
    throw new VerificationError('signature', known ? 'no signature fits body and secret' : 'there is no v1 signature')
  }
  return eventOf(bytes)
}

function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  throw new VerificationError('body', 'give the body as it came, text or bytes: a parsed one cannot be verified')
}

async function keysOf(secret: string | readonly (string | null | undefined)[]): Promise<SigningKey[]> {
  const secrets = (typeof secret === 'string' ? [secret] : (secret ?? [])).filter((one) => one != null)
  if (secrets.length === 0) throw new VerificationError('secret', 'there is no secret')
  try {
    return await Promise.all(secrets.map(signingKey))
  } catch (cause) {
    throw new VerificationError('secret', cause instanceof Error ? cause.message : 'it cannot be used', cause)
  }
}

/** The one value of a header that may be there once. */
function only(headers: HeadersLike, name: string): string {
  const [value, ...others] = valuesOf(headers, name)
  if (value === undefined || value === '') throw new VerificationError('headers', `${name} is missing`)
  if (others.length > 0) throw new VerificationError('headers', `${name} is there more than once`)
  return value
}

function valuesOf(headers: HeadersLike, name: string): readonly string[] {
  if (typeof headers.get === 'function') {
    const value = headers.get(name)
    return value === null ? [] : [value]
  }
  const record = headers as Readonly<Record<string, string | readonly string[] | undefined>>
  return Object.entries(record).flatMap(([key, value]) => (key.toLowerCase() === name && value !== undefined ? value : []))
}

function checkTimestamp(timestamp: string, toleranceSeconds: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new VerificationError('timestamp', 'webhook-timestamp is no number of seconds')
  const age = Math.floor(Date.now() / 1000) - Number(timestamp)
  if (Math.abs(age) <= toleranceSeconds) return
  throw new VerificationError('timestamp', age > 0 ? `the message is ${age} s old` : `the message is ${-age} s ahead of this clock`)
}

function eventOf<Jobs extends object>(bytes: Uint8Array): CallbackEvent<Jobs> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new VerificationError('body', 'it is signed, but no JSON', cause)
  }
}
