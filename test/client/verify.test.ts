import { Webhook } from 'standardwebhooks'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type CallbackEvent, sign, VerificationError, verify } from '../../src/client/verify.ts'
import vectors from '../signatures/vectors.json' with { type: 'json' }

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const OTHER = `whsec_${Buffer.from('another secret of 24 byte').toString('base64')}`
const BODY = '{"type":"job.completed","timestamp":"2026-01-01T00:00:00.000Z","data":{"id":"job_1","result":"größer"}}'
const now = () => Math.floor(Date.now() / 1000)
const signed = (body = BODY, timestamp = now(), secret: string | string[] = SECRET) => sign({ id: 'evt_1', timestamp, body }, secret)
const without = (headers: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))

async function refusal(verified: Promise<unknown>): Promise<VerificationError> {
  const error = await verified.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(VerificationError)
  expect(String(error)).not.toContain(SECRET.slice(6, 20))
  return error
}

describe('verify', () => {
  it('gives the event of a genuine callback', async () => {
    const event = await verify(BODY, await signed(), SECRET)
    expect(event).toEqual(JSON.parse(BODY))
    expectTypeOf(event).toEqualTypeOf<CallbackEvent>()
    if (event.type === 'job.completed')
      expectTypeOf(event.data.status).toEqualTypeOf<'pending' | 'running' | 'completed' | 'failed' | 'canceled'>()
    if (event.type === 'endpoint.test') expectTypeOf(event.data.url).toEqualTypeOf<string>()
  })

  it('takes text and bytes, and headers as the web and as Node has them', async () => {
    const headers = await signed()
    const bytes = Buffer.from(BODY)
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
    for (const body of [BODY, bytes, new Uint8Array(bytes), new Uint8Array(bytes).buffer]) {
      for (const form of [headers, new Headers(headers), upper, lists, { ...headers, host: undefined }]) {
        expect(await verify(body, form, SECRET)).toEqual(JSON.parse(BODY))
      }
    }
  })

  it('takes what standardwebhooks signs, and signs what standardwebhooks takes', async () => {
    const at = new Date()
    const theirs = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('evt_1', at, BODY),
    }
    expect(await verify(BODY, theirs, SECRET)).toEqual(JSON.parse(BODY))
    expect(new Webhook(SECRET).verify(BODY, await signed())).toEqual(JSON.parse(BODY))
    expect(() => new Webhook(OTHER).verify(BODY, theirs)).toThrow()
    expect((await refusal(verify(BODY, theirs, OTHER))).check).toBe('signature')
  })

  it('takes any of several secrets, and any of several signatures', async () => {
    expect(await verify(BODY, await signed(), [OTHER, SECRET])).toBeDefined()
    expect(await verify(BODY, await signed(), [SECRET, null, undefined])).toBeDefined()
    const both = await signed(BODY, now(), [OTHER, SECRET])
    expect(both['webhook-signature']?.split(' ')).toHaveLength(2)
    expect(await verify(BODY, both, SECRET)).toBeDefined()
    const [one, two] = both['webhook-signature']?.split(' ') ?? []
    for (const value of [`v1a,AAAA v2,${one} ${two}`, `${one}, ${two}`]) {
      expect(await verify(BODY, { ...both, 'webhook-signature': value }, SECRET)).toBeDefined()
    }
    const lists = new Headers(both)
    lists.set('webhook-signature', one ?? '')
    lists.append('webhook-signature', two ?? '')
    expect(await verify(BODY, lists, SECRET)).toBeDefined()
    expect(await verify(BODY, { ...both, 'webhook-signature': [one, two] as string[] }, SECRET)).toBeDefined()
  })

  it.each([
    ['another body', BODY.replace('job_1', 'job_2')],
    ['a body that was parsed and written again', JSON.stringify(JSON.parse(BODY), null, 1)],
    ['no body', ''],
  ])('refuses %s', async (_what, body) => {
    expect((await refusal(verify(body, await signed(), SECRET))).message).toBe('signature: no signature fits body and secret')
  })

  it('refuses every other character in every place of the signature', async () => {
    const headers = await signed()
    const signature = headers['webhook-signature'] ?? ''
    for (let at = 0; at < signature.length; at++) {
      const other = `${signature.slice(0, at)}${signature[at] === 'B' ? 'C' : 'B'}${signature.slice(at + 1)}`
      expect((await refusal(verify(BODY, { ...headers, 'webhook-signature': other }, SECRET))).check).toBe('signature')
    }
  })

  it('refuses another id and another time', async () => {
    const headers = await signed()
    expect((await refusal(verify(BODY, { ...headers, 'webhook-id': 'evt_2' }, SECRET))).check).toBe('signature')
    expect((await refusal(verify(BODY, { ...headers, 'webhook-timestamp': String(now() + 1) }, SECRET))).check).toBe('signature')
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a message without %s', async (name) => {
    const error = await refusal(verify(BODY, without(await signed(), name), SECRET))
    expect(error.message).toBe(`headers: ${name} is missing`)
  })

  it('refuses a header that is there twice, and an id with a dot', async () => {
    const headers = await signed()
    expect((await refusal(verify(BODY, { ...headers, 'webhook-id': ['evt_1', 'evt_2'] }, SECRET))).check).toBe('headers')
    expect((await refusal(verify(BODY, { ...headers, 'webhook-id': 'evt.1' }, SECRET))).check).toBe('headers')
  })

  it('refuses what is older or newer than the tolerance, and says which', async () => {
    expect(await verify(BODY, await signed(BODY, now() - 290), SECRET)).toBeDefined()
    expect(await verify(BODY, await signed(BODY, now() + 290), SECRET)).toBeDefined()
    expect((await refusal(verify(BODY, await signed(BODY, now() - 400), SECRET))).message).toMatch(/^timestamp: the message is 40\d s old$/)
    expect((await refusal(verify(BODY, await signed(BODY, now() + 400), SECRET))).message).toMatch(/^timestamp: .* ahead of this clock$/)
    expect(await verify(BODY, await signed(BODY, now() - 400), SECRET, { toleranceSeconds: 500 })).toBeDefined()
    const strict = verify(BODY, await signed(BODY, now() - 20), SECRET, { toleranceSeconds: 10 })
    expect((await refusal(strict)).check).toBe('timestamp')
    const none = verify(BODY, await signed(), SECRET, { toleranceSeconds: Number.NaN })
    expect((await refusal(none)).check).toBe('timestamp')
  })

  it.each(['', 'soon', '-5', '1e9', '1.5', '0x10', '9999999999999'])('refuses the timestamp %j', async (timestamp) => {
    const error = await refusal(verify(BODY, { ...(await signed()), 'webhook-timestamp': timestamp }, SECRET))
    expect(error.check).toBe(timestamp === '' ? 'headers' : 'timestamp')
  })

  it.each([[''], [[]], [[null]], ['secret'], ['whsec_'], ['whsec_a_b'], ['whsec_YWJjZGVmZw=='], [[SECRET, 'whsec_YWJjZGVmZw==']]])(
    'refuses the secret %j without telling it',
    async (secret) => {
      const error = await refusal(verify(BODY, await signed(), secret))
      expect(error.check).toBe('secret')
      expect(`${error.message} ${error.cause}`).not.toContain('YWJjZGVmZw')
    },
  )

  it('refuses a body that was parsed', async () => {
    expect((await refusal(verify(JSON.parse(BODY), await signed(), SECRET))).check).toBe('body')
  })

  it('refuses a signed body that is no JSON', async () => {
    expect((await refusal(verify('hello', await signed('hello'), SECRET))).check).toBe('body')
  })

  it.each(vectors)('knows the known answer: $about', async ({ secret, id, timestamp, body, signature }) => {
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
    expect(await sign({ id, timestamp, body }, secret)).toEqual(headers)
    expect(await verify(body, headers, secret, { toleranceSeconds: 1e9 })).toEqual(JSON.parse(body))
  })

  it('does not sign an id with a dot', async () => {
    await expect(sign({ id: 'a.b', timestamp: 1, body: '' }, SECRET)).rejects.toThrow(RangeError)
  })
})
