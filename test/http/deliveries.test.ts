import { describe, expect, it } from 'vitest'
import { Delivery, DeliveryWithLog } from '../../src/wire/schemas/delivery.ts'
import { until } from '../support/clock.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

/** A world in which one callback got this answer; 410 is dead at once. */
async function afterCallback(status: number, body = '') {
  const a = await appWorld()
  a.world.answer = () => answered(status, { 'x-receiver': 'yes' }, body)
  a.world.work()
  await a.world.submit({ callback: hook })
  const delivery = await until('the callback was tried', async () => (await list(a))[0]?.attempts === 1 && (await list(a))[0])
  return { a, delivery }
}

const list = async (a: AppWorld, path = '/v1/deliveries') => (await a.ask('GET', path)).json.data

describe('GET /v1/deliveries', () => {
  it('lists a delivery with what came of it', async () => {
    const { a, delivery } = await afterCallback(204)
    await using _ = a
    expect(Delivery.strict().parse(delivery)).toEqual(delivery)
    expect(delivery).toMatchObject({
      event: { id: expect.stringMatching(/^evt_/), type: 'job.completed' },
      url: hook.url,
      status: 'delivered',
      reason: null,
      attempts: 1,
      next_attempt_at: null,
      last_status: 204,
      last_error: null,
    })
  })

  it('filters by every member', async () => {
    const { a, delivery } = await afterCallback(410)
    await using _ = a
    const hits = [
      'status=dead',
      'reason=gone',
      `job_id=${delivery.job_id}`,
      'event=job.completed',
      'type=noop',
      'destination=https://partner.example/x',
    ]
    for (const query of hits) expect(await list(a, `/v1/deliveries?${query}`), query).toMatchObject([{ id: delivery.id }])
    const misses = [
      'status=pending',
      'reason=exhausted',
      'job_id=job_0',
      'event=job.failed',
      'type=other',
      'destination=https://other.example',
    ]
    for (const query of misses) expect(await list(a, `/v1/deliveries?${query}`), query).toEqual([])
  })

  it('filters by the class of the last error', async () => {
    await using a = await appWorld()
    a.world.answer = () => ({ ...answered(0), kind: 'failed', status: null, error: 'connection_refused' })
    a.world.work()
    await a.world.submit({ callback: hook })
    await until('the callback was tried', async () => (await list(a))[0]?.attempts === 1)
    expect(await list(a, '/v1/deliveries?error=connection_refused')).toHaveLength(1)
    expect(await list(a, '/v1/deliveries?error=timeout')).toEqual([])
  })

  it('shows tenant_id when the operator asks for all', async () => {
    const { a } = await afterCallback(204)
    await using _ = a
    expect(await list(a, '/v1/deliveries?tenant=*')).toMatchObject([{ tenant_id: 'tnt_default' }])
  })

  it.each(['status=sending', 'reason=lost', 'job_id=7', 'destination=ftp://a.example', 'destination=partner', 'cursor=x'])(
    'answers 422 to ?%s',
    async (query) => {
      await using a = await appWorld()
      expect(refusal(await a.ask('GET', `/v1/deliveries?${query}`))).toMatchObject({ status: 422, pointers: [`?${query.split('=')[0]}`] })
    },
  )
})

describe('GET /v1/deliveries/{id}', () => {
  it('answers 200 with the attempt log', async () => {
    const { a, delivery } = await afterCallback(503, 'sorry')
    await using _ = a
    const { json } = await a.ask('GET', `/v1/deliveries/${delivery.id}`)
    expect(DeliveryWithLog.strict().parse(json)).toEqual(json)
    expect(json).toMatchObject({ status: 'pending', attempts: 1, next_attempt_at: expect.any(String), last_status: 503 })
    expect(json.attempt_log).toMatchObject([
      { n: 1, status: 503, error: null, response_headers: { 'x-receiver': 'yes' }, response_body: 'sorry' },
    ])
  })

  it('shows what we sent beside what was answered: all headers, custom values hidden, and the body once', async () => {
    await using a = await appWorld()
    a.world.work()
    await a.world.submit({ callback: { ...hook, headers: { 'x-api-key': 'a secret' } } })
    const [delivery] = await until('the callback was tried', async () => (await list(a))[0]?.attempts === 1 && (await list(a)))
    const { json, text } = await a.ask('GET', `/v1/deliveries/${delivery.id}`)
    const [request] = a.world.sent
    expect(json.attempt_log[0].request_headers).toEqual({ ...request?.headers, 'x-api-key': '***' })
    expect(json.request_body).toBe(Buffer.from(request?.body ?? []).toString())
    expect(text).not.toContain('a secret')
  })

  it('cuts a long body at 64 KiB, and no character in two', async () => {
    await using a = await appWorld()
    const id = await a.world.submit({ callback: hook })
    a.world.work()
    const [delivery] = await until('the callback was tried', async () => (await list(a))[0]?.attempts === 1 && (await list(a)))
    const long = Buffer.from(`x${'ö'.repeat(40_000)}`)
    a.world.store.events.body = async () => long
    expect((await a.ask('GET', `/v1/deliveries/${delivery.id}`)).json).toMatchObject({ job_id: id, request_body: `x${'ö'.repeat(32_767)}` })
  })

  it('answers 404 to an unknown id', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', '/v1/deliveries/dlv_0'))).toMatchObject({ status: 404 })
  })
})

describe('POST /v1/deliveries/{id}/replay', () => {
  it('answers 202, pending again', async () => {
    const { a, delivery } = await afterCallback(410)
    await using _ = a
    const answer = await a.ask('POST', `/v1/deliveries/${delivery.id}/replay`)
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ id: delivery.id, status: 'pending', event: delivery.event, attempts: 1 })
  })

  it('answers 409 unless dead or delivered', async () => {
    const { a, delivery } = await afterCallback(503)
    await using _ = a
    expect(refusal(await a.ask('POST', `/v1/deliveries/${delivery.id}/replay`))).toMatchObject({
      status: 409,
      code: 'conflict',
    })
  })
})

describe('DELETE /v1/deliveries/{id}', () => {
  it('answers 204 for a dead one, which is then canceled', async () => {
    const { a, delivery } = await afterCallback(410)
    await using _ = a
    expect((await a.ask('DELETE', `/v1/deliveries/${delivery.id}`)).status).toBe(204)
    expect((await a.ask('GET', `/v1/deliveries/${delivery.id}`)).json).toMatchObject({ status: 'canceled', reason: 'discarded' })
  })

  it('answers 409 for any other', async () => {
    const { a, delivery } = await afterCallback(204)
    await using _ = a
    expect(refusal(await a.ask('DELETE', `/v1/deliveries/${delivery.id}`))).toMatchObject({ status: 409, code: 'conflict' })
  })
})

describe('GET /v1/signing-secret', () => {
  it('answers 200 with the tenant’s own secret, and no cache may keep it', async () => {
    await using a = await appWorld()
    const ours = await a.ask('GET', '/v1/signing-secret')
    const theirs = await a.ask('GET', '/v1/signing-secret', { key: await a.tenantKey() })
    expect(ours.json).toEqual({ secret: expect.stringMatching(/^whsec_/), previous: null, previous_expires_at: null })
    expect(theirs.json.secret).not.toBe(ours.json.secret)
    expect(ours.headers.get('cache-control')).toBe('no-store')
  })

  it('answers 403 to a key that may only read callbacks', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ scopes: ['callbacks:read'] })
    expect((await a.ask('GET', '/v1/signing-secret', { key })).status).toBe(403)
  })
})

describe('POST /v1/deliveries/{id}/retry', () => {
  it('answers 202, and sends one that waits now: the try counts, and its schedule goes on', async () => {
    const { a, delivery } = await afterCallback(500)
    await using _ = a
    const answer = await a.ask('POST', `/v1/deliveries/${delivery.id}/retry`)
    expect(answer.status).toBe(202)
    expect(Delivery.strict().parse(answer.json)).toMatchObject({ id: delivery.id, status: 'pending' })
    const tried = await until('it was tried again', async () => (await list(a))[0]?.attempts === 2 && (await list(a))[0])
    expect(tried.status).toBe('pending')
    expect(Date.parse(tried.next_attempt_at)).toBeGreaterThan(a.world.clock.now() + 100_000)
    await a.ask('POST', `/v1/deliveries/${delivery.id}/retry`)
    await until('its tries are spent', async () => (await list(a))[0]?.status === 'dead')
    expect((await list(a))[0]).toMatchObject({ reason: 'exhausted', attempts: 3 })
  })

  it.each([204, 410])('answers 409 for one that has ended (%i)', async (status) => {
    const { a, delivery } = await afterCallback(status)
    await using _ = a
    expect(refusal(await a.ask('POST', `/v1/deliveries/${delivery.id}/retry`))).toMatchObject({ status: 409, code: 'conflict' })
  })

  it('answers 409 for one that is being sent', async () => {
    const { a, delivery } = await afterCallback(500)
    await using _ = a
    a.world.answer = () => new Promise(() => {})
    await a.ask('POST', `/v1/deliveries/${delivery.id}/retry`)
    await until('it is in flight', () => a.world.sent.length === 2)
    expect((await a.ask('POST', `/v1/deliveries/${delivery.id}/retry`)).status).toBe(409)
  })
})

describe('POST /v1/deliveries/retry', () => {
  const retry = (a: AppWorld, body: unknown) => a.ask('POST', '/v1/deliveries/retry', { body })

  it('answers 202 with how many that fit are due now', async () => {
    const { a } = await afterCallback(500)
    await using _ = a
    expect((await retry(a, { filter: { destination: 'https://other.example' } })).json).toEqual({ retried: 0, has_more: false })
    const { status, json } = await retry(a, { filter: { all: true } })
    expect({ status, json }).toEqual({ status: 202, json: { retried: 1, has_more: false } })
    await until('it was tried again', async () => (await list(a))[0]?.attempts === 2)
  })

  it('leaves alone what has ended, and refuses to move everything by accident', async () => {
    const { a } = await afterCallback(410)
    await using _ = a
    expect((await retry(a, { all: true })).json).toEqual({ retried: 0, has_more: false })
    for (const body of [{}, { filter: {} }, { filter: { status: 'dead' } }, { filter: { all: true, type: 'noop' } }]) {
      expect((await retry(a, body)).status, JSON.stringify(body)).toBe(422)
    }
  })
})
