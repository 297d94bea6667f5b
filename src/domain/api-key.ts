/** The shape of an API key: `rbk_` + 32 random characters + 6 of checksum. */
import { createHash } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 32 characters of 62: about 190 bits. */
const RANDOM_CHARACTERS = 32
const CHECKSUM_CHARACTERS = 6
/** How much of a key is shown in lists. */
const SHOWN_CHARACTERS = 12

/** A fresh key. Secret scanners know it by its prefix, and a mistyped one by its checksum, without asking us. */
export function newKey(randomBytes: (size: number) => Uint8Array): { secret: string; prefix: string; hash: Uint8Array } {
  let body = ''
  while (body.length < RANDOM_CHARACTERS) {
    // 248 is the largest multiple of 62 in a byte: larger values would favour some characters.
    for (const byte of randomBytes(RANDOM_CHARACTERS)) if (byte < 248 && body.length < RANDOM_CHARACTERS) body += ALPHABET[byte % 62]
  }
  const secret = `rbk_${body}${checksum(body)}`
  return { secret, prefix: secret.slice(0, SHOWN_CHARACTERS), hash: keyHash(secret) }
}

/** What a key is known by: its SHA-256. Enough for 190 random bits; a slow hash is for passwords. */
export function keyHash(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

function checksum(body: string): string {
  const digest = createHash('sha256').update(body).digest()
  return Array.from(digest.subarray(0, CHECKSUM_CHARACTERS), (byte) => ALPHABET[byte % 62]).join('')
}
