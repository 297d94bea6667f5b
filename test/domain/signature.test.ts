import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { newSecret, sign, signingKey, verify } from '../../src/domain/signature.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const nowSeconds = () => Math.floor(Date.now() / 1000)

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(newSecret)
const ids = fc.stringMatching(/^evt_[0-9a-f]{1,32}$/)
const bodies = fc.json()

function message(secret: string, timestamp: number, body = utf8('{}')) {
  return { id: 'evt_1', timestamp: String(timestamp), signature: sign([signingKey(secret)], 'evt_1', timestamp, body), body }
}

const OLD = newSecret(new Uint8Array(24).fill(1))
const NEW = newSecret(new Uint8Array(24).fill(2))

describe('a signature', () => {
  test('has the bytes of the published vector', () => {
    const key = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    expect(sign([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, utf8('{"test": 2432232314}'))).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  test('of ours is accepted by the reference library', () => {
    fc.assert(
      fc.property(secrets, ids, bodies, (secret, id, body) => {
        const timestamp = nowSeconds()
        const signature = sign([signingKey(secret)], id, timestamp, utf8(body))
        const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
      }),
    )
  })

  test('of the reference library is accepted by us', () => {
    fc.assert(
      fc.property(secrets, ids, bodies, (secret, id, body) => {
        const timestamp = nowSeconds()
        const signature = new Webhook(secret).sign(id, new Date(timestamp * 1000), body)
        expect(verify([signingKey(secret)], { id, timestamp: String(timestamp), signature, body: utf8(body) }, timestamp)).toBe(true)
      }),
    )
  })

  test('covers the bytes that are sent, text or not', () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x00, 0x80])
    expect(sign([signingKey(OLD)], 'evt_1', 1, bytes)).not.toBe(sign([signingKey(OLD)], 'evt_1', 1, utf8(Buffer.from(bytes).toString())))
  })

  test('has one entry per secret of a rotation, and holds for receivers with either', () => {
    const signature = sign([signingKey(NEW), signingKey(OLD)], 'evt_1', 1000, utf8('{}'))
    expect(signature).toMatch(/^v1,\S{44} v1,\S{44}$/)
    for (const secret of [OLD, NEW]) {
      expect(verify([signingKey(secret)], { id: 'evt_1', timestamp: '1000', signature, body: utf8('{}') }, 1000)).toBe(true)
    }
  })

  test('is not made for an id with a dot, which would make it ambiguous', () => {
    expect(() => sign([signingKey(OLD)], 'evt.1', 1000, utf8('{}'))).toThrow(RangeError)
  })
})

describe('verification', () => {
  test('fails when any byte of what was signed is another', () => {
    const signed = message(OLD, 1000, utf8('{"a":1}'))
    expect(verify([signingKey(OLD)], signed, 1000)).toBe(true)
    const forged = message(NEW, 1000, signed.body).signature
    for (const changed of [{ id: 'evt_2' }, { timestamp: '1001' }, { body: utf8('{"a":2}') }, { signature: forged }]) {
      expect(verify([signingKey(OLD)], { ...signed, ...changed }, 1000)).toBe(false)
    }
    expect(verify([signingKey(NEW)], signed, 1000)).toBe(false)
  })

  test.each([
    [0, true],
    [300, true],
    [301, false],
    [-300, true],
    [-301, false],
  ])('of a message %i s old: %s', (age, accepted) => {
    expect(verify([signingKey(OLD)], message(OLD, 10_000), 10_000 + age)).toBe(accepted)
  })

  test.each(['', '1e3', '1000.0', '-1000', ' 1000', '0x3e8', '1'.repeat(13), 'NaN'])('refuses the timestamp %j', (timestamp) => {
    expect(verify([signingKey(OLD)], { ...message(OLD, 1000), timestamp }, 1000)).toBe(false)
  })

  test('passes over entries it does not know and finds the one it does', () => {
    const signed = message(OLD, 1000)
    const signature = `v1a,AAAA v2,BBBB v1 v1, ,x ${signed.signature}`
    expect(verify([signingKey(OLD)], { ...signed, signature }, 1000)).toBe(true)
    expect(verify([signingKey(OLD)], { ...signed, signature: signed.signature.replace('v1,', 'v2,') }, 1000)).toBe(false)
    expect(verify([signingKey(OLD)], { ...signed, signature: '' }, 1000)).toBe(false)
  })

  test('refuses an id with a dot: two messages would share its signature', () => {
    const { signature } = message(OLD, 1000, utf8('2000.x'))
    expect(verify([signingKey(OLD)], { id: 'evt_1.1000', timestamp: '2000', signature, body: utf8('x') }, 2000)).toBe(false)
  })
})

describe('a secret', () => {
  test('has 24 to 64 random bytes', () => {
    expect(newSecret(new Uint8Array(24))).toBe(`whsec_${'A'.repeat(32)}`)
    for (const bytes of [0, 23, 65]) expect(() => newSecret(new Uint8Array(bytes))).toThrow(RangeError)
  })

  test.each(['', 'whsec_', 'AAAA', 'whsec_AAAA', 'whsec_not base64!', `whsk_${'A'.repeat(32)}`])(
    '%j is refused without being repeated',
    (secret) => {
      expect(() => signingKey(secret)).toThrow(/^a signing secret (is|has) /)
    },
  )
})
