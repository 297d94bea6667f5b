/**
 * The known answers for implementations in any language: `vectors.json` beside this file, written by
 * `node test/signatures/vectors.ts` and compared with this by a test. The first is the published one of Standard Webhooks.
 */
import { writeFileSync } from 'node:fs'
import { newSecret, sign, signingKey } from '../../src/domain/signature.ts'

export const VECTORS = new URL('./vectors.json', import.meta.url)

export interface Vector {
  about: string
  secret: string
  id: string
  /** Seconds since the epoch. */
  timestamp: number
  /** Signed as the bytes of its UTF-8. */
  body: string
  signature: string
}

const ID = 'evt_0199c0de0000700080000000000000ff'
const AT = 1_795_000_000
const SECRET = secretOf(32)

const CASES: readonly Omit<Vector, 'signature'>[] = [
  {
    about: 'the published vector',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  },
  { about: 'an empty object', secret: SECRET, id: ID, timestamp: AT, body: '{}' },
  { about: 'the shortest secret', secret: secretOf(24), id: ID, timestamp: AT, body: '{"n":1}' },
  { about: 'the longest secret', secret: secretOf(64), id: ID, timestamp: AT, body: '{"n":1}' },
  {
    about: 'a secret with + and / in its base64',
    secret: newSecret(new Uint8Array(24).fill(0xfb)),
    id: ID,
    timestamp: AT,
    body: '{"n":1}',
  },
  { about: 'two, three and four bytes of UTF-8 each', secret: SECRET, id: ID, timestamp: AT, body: '{"city":"Zürich","東京":"🦊"}' },
  {
    about: 'the same text, escaped',
    secret: SECRET,
    id: ID,
    timestamp: AT,
    body: '{"city":"Z\\u00fcrich","\\u6771\\u4eac":"\\ud83e\\udd8a"}',
  },
  { about: 'line separators and a combining accent', secret: SECRET, id: ID, timestamp: AT, body: '{"a":"\u2028\u2029","e":"e\u0301"}' },
  { about: 'white space and line ends as sent', secret: SECRET, id: ID, timestamp: AT, body: '{\r\n\t"a" : 1\n}\n' },
  { about: 'dots, and a number no double holds', secret: SECRET, id: ID, timestamp: AT, body: '{"a.b":"1.2.3","n":12345678901234567890}' },
  { about: 'a long body', secret: SECRET, id: ID, timestamp: AT, body: JSON.stringify({ text: 'ünïcode '.repeat(2_000) }) },
]

/** Every case, signed by the service's own function. */
export function vectors(): Vector[] {
  return CASES.map((one) => ({ ...one, signature: sign([signingKey(one.secret)], one.id, one.timestamp, Buffer.from(one.body)) }))
}

/** A secret of so many bytes: 1, 2, 3 … */
function secretOf(length: number): string {
  return newSecret(Uint8Array.from({ length }, (_, n) => n + 1))
}

if (import.meta.main) writeFileSync(VECTORS, `${JSON.stringify(vectors(), null, 2)}\n`)
