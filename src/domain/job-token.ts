/**
 * Tokens that read one job, for browsers: `rbt_<claims>.<signature>`, HMAC-SHA256 under a key of the installation. Nothing is stored:
 * a token is good until it expires or the API key that asked for it is over. Only characters that fit a URL and a subprotocol.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

const PREFIX = 'rbt_'
/** Claims of another form than this are not read. */
const VERSION = 1

/** How long a token is good, seconds. */
export const TOKEN_SECONDS = { standard: 900, most: 86_400 }

/** What a token says. */
export interface JobToken {
  jobId: string
  /** Whose job it is: the token sees what belongs to this tenant, whoever asked for it. */
  tenantId: string
  /** The API key that asked for it. */
  keyId: string
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** When a token asked for now for so many seconds expires: never later than its key. */
export function tokenExpiry(now: number, seconds: number, keyExpiresAt: number | null): number {
  return Math.min(now + seconds * 1000, keyExpiresAt ?? Number.POSITIVE_INFINITY)
}

/** The token as text. */
export function signJobToken(key: Uint8Array, { jobId, tenantId, keyId, expiresAt }: JobToken): string {
  const claims = Buffer.from(JSON.stringify([VERSION, jobId, tenantId, keyId, expiresAt])).toString('base64url')
  return `${PREFIX}${claims}.${signatureOf(key, claims)}`
}

/** Whether a text is written like a token. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX) && text.includes('.')
}

/** What a token says; null when we have not signed it. It may have expired. */
export function readJobToken(key: Uint8Array, text: string): JobToken | null {
  const [, claims, signature] = /^rbt_([\w-]+)\.([\w-]+)$/.exec(text) ?? []
  if (claims === undefined || signature === undefined) return null
  // As text: several texts of base64 stand for the same bytes.
  const [given, ours] = [Buffer.from(signature), Buffer.from(signatureOf(key, claims))]
  if (given.byteLength !== ours.byteLength || !timingSafeEqual(given, ours)) return null
  const [version, jobId, tenantId, keyId, expiresAt] = JSON.parse(Buffer.from(claims, 'base64url').toString())
  return version === VERSION ? { jobId, tenantId, keyId, expiresAt } : null
}

function signatureOf(key: Uint8Array, claims: string): string {
  return createHmac('sha256', key).update(`${PREFIX}${claims}`).digest('base64url')
}
