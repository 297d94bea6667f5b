import { describe, expect, it } from 'vitest'
import type { Run } from '../../src/ports/executor.ts'
import { StoreUnavailable } from '../../src/ports/store.ts'
import { Job } from '../../src/wire/schemas/job.ts'
import { ok } from '../support/world.ts'
import { appWorld, MAX_BODY, refusal } from './app-world.ts'

describe('POST /v1/jobs', () => {
  it('answers 202 with the document, Location, Retry-After and a monitor link once the job is stored', async () => {
    await using a = await appWorld()
    const answer = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })
    expect(answer.status).toBe(202)
    const url = `http://ringback.test/v1/jobs/${answer.json.id}`
    expect(answer.headers.get('location')).toBe(url)
    expect(answer.headers.get('link')).toBe(`<${url}>; rel="monitor"`)
    expect(answer.headers.get('operation-location')).toBe(`http://ringback.test/v1/operations/${answer.json.id}`)
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.json).toMatchObject({
      status: 'pending',
      status_url: url,
      callback: null,
      result: null,
      attempt: 0,
      tags: [],
      metadata: {},
    })
    expect(Job.strict().parse(answer.json)).toEqual(answer.json)
    expect(await a.world.store.jobs.find(answer.json.id)).not.toBeNull()
  })

  it('stores every member as it was given', async () => {
    await using a = await appWorld()
    const { json } = await a.ask('POST', '/v1/jobs', {
      body: {
        type: 'noop',
        callback: { url: 'https://partner.example/hooks', events: ['job.failed'], headers: { 'X-Tag': '1' } },
        run_at: '2026-12-01T01:00:00+01:00',
        timeout_seconds: 0.5,
        max_attempts: 2,
        priority: -100,
        tags: ['nightly'],
        metadata: { order: '42' },
      },
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    })
    expect(json).toMatchObject({ run_at: '2026-12-01T00:00:00.000Z', max_attempts: 2, tags: ['nightly'], metadata: { order: '42' } })
    expect(await a.world.store.jobs.find(json.id)).toMatchObject({
      timeoutMs: 500,
      priority: -100,
      callback: { url: 'https://partner.example/hooks', events: ['job.failed'], headers: { 'x-tag': '1' } },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    })
  })

  it('hands the payload on as the bytes that came in', async () => {
    let payload: Uint8Array = new Uint8Array()
    const noop = (run: Run) => {
      payload = run.payload
      return ok
    }
    await using a = await appWorld({ handlers: { noop } })
    a.world.work()
    await a.ask('POST', '/v1/jobs', { body: '{"type":"noop","payload": {"b":1.50,"a":12345678901234567890} }' })
    await a.world.clock.push(1)
    expect(new TextDecoder().decode(payload)).toBe('{"b":1.50,"a":12345678901234567890}')
  })

  it('takes null for an absent member', async () => {
    await using a = await appWorld()
    const body = { type: 'noop', callback_url: null, callback: null, run_at: null, tags: null, metadata: null, priority: null }
    expect((await a.ask('POST', '/v1/jobs', { body })).status).toBe(202)
  })

  it('begins a trace of its own when there is no traceparent, or none that is one', async () => {
    await using a = await appWorld()
    const { json } = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' }, headers: { traceparent: 'nonsense' } })
    expect(await a.world.store.jobs.find(json.id)).toMatchObject({
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
    })
  })

  it.each([
    ['400 a repeated member', '{"type":"noop","type":"noop"}', 400, 'invalid_json', []],
    ['400 broken JSON', '{"type"', 400, 'invalid_json', []],
    ['422 not an object', '[]', 422, 'invalid_request', ['']],
    ['422 no type', '{}', 422, 'invalid_request', ['/type']],
    ['422 an unknown type', '{"type":"nope"}', 422, 'unknown_job_type', ['/type']],
    ['422 an empty type', '{"type":""}', 422, 'invalid_request', ['/type']],
    ['422 a NUL', '{"type":"noop","tags":["a\\u0000"]}', 422, 'invalid_request', ['/tags/0']],
    ['422 a lone surrogate', '{"type":"noop","metadata":{"a":"\\ud800"}}', 422, 'invalid_request', ['/metadata']],
    ['422 an unknown member', '{"type":"noop","x/y":1}', 422, 'invalid_request', ['/x~1y']],
    ['422 __proto__', '{"type":"noop","__proto__":{}}', 422, 'invalid_request', ['/__proto__']],
    ['422 __proto__ in metadata', '{"type":"noop","metadata":{"__proto__":"x"}}', 422, 'invalid_request', ['/metadata']],
    ['422 metadata of another kind', '{"type":"noop","metadata":{"a":1}}', 422, 'invalid_request', ['/metadata/a']],
    [
      '422 an unknown callback member',
      '{"type":"noop","callback":{"url":"https://a.example","x":1}}',
      422,
      'invalid_request',
      ['/callback/x'],
    ],
    ['422 no events', '{"type":"noop","callback":{"url":"https://a.example","events":[]}}', 422, 'invalid_request', ['/callback/events']],
    [
      '422 an event twice',
      '{"type":"noop","callback":{"url":"https://a.example","events":["job.failed","job.failed"]}}',
      422,
      'invalid_request',
      ['/callback/events'],
    ],
    [
      '422 a header of ours',
      '{"type":"noop","callback":{"url":"https://a.example","headers":{"Webhook-Id":"x"}}}',
      422,
      'invalid_request',
      ['/callback/headers/Webhook-Id'],
    ],
    [
      '422 both callback forms',
      '{"type":"noop","callback_url":"https://a.example","callback":{"url":"https://a.example"}}',
      422,
      'invalid_request',
      ['/callback'],
    ],
    ['422 a URL of another scheme', '{"type":"noop","callback_url":"javascript:alert(1)"}', 422, 'invalid_request', ['/callback_url']],
    ['422 a private address', '{"type":"noop","callback_url":"http://127.1/"}', 422, 'callback_url_forbidden', ['/callback_url']],
    [
      '422 a private address in the long form',
      '{"type":"noop","callback":{"url":"http://10.0.0.1/"}}',
      422,
      'callback_url_forbidden',
      ['/callback/url'],
    ],
    ['422 a day that does not exist', '{"type":"noop","run_at":"2026-02-30T00:00:00Z"}', 422, 'invalid_request', ['/run_at']],
    ['422 a time before the year 0', '{"type":"noop","run_at":"0000-01-01T00:00:00+01:00"}', 422, 'invalid_request', ['/run_at']],
    ['422 a time after the year 9999', '{"type":"noop","run_at":"9999-12-31T23:59:59-01:00"}', 422, 'invalid_request', ['/run_at']],
    ['422 a time without offset', '{"type":"noop","run_at":"2026-02-03T00:00:00"}', 422, 'invalid_request', ['/run_at']],
    ['422 a timeout of 0', '{"type":"noop","timeout_seconds":0}', 422, 'invalid_request', ['/timeout_seconds']],
    ['422 an infinite timeout', '{"type":"noop","timeout_seconds":1e400}', 422, 'invalid_request', ['/timeout_seconds']],
    ['422 no attempts', '{"type":"noop","max_attempts":0}', 422, 'invalid_request', ['/max_attempts']],
    ['422 a priority beyond 100', '{"type":"noop","priority":101}', 422, 'invalid_request', ['/priority']],
  ])('answers %s', async (_name, body, status, code, pointers) => {
    await using a = await appWorld()
    expect(refusal(await a.ask('POST', '/v1/jobs', { body }))).toEqual({ status, code, pointers })
    expect((await a.ask('GET', '/v1/jobs')).json.data).toEqual([])
  })

  it.each([
    ['tags', Array.from({ length: 20 }, (_, n) => `tag ${n}`), Array.from({ length: 21 }, (_, n) => `tag ${n}`)],
    ['tags', ['x'.repeat(64)], ['x'.repeat(65)]],
    ['metadata', pairs(32), pairs(33)],
    ['metadata', { a: 'x'.repeat(8191) }, { a: 'x'.repeat(8192) }],
  ])('takes %s up to the limit and answers 422 beyond', async (member, most, tooMuch) => {
    await using a = await appWorld()
    expect((await a.ask('POST', '/v1/jobs', { body: { type: 'noop', [member]: most } })).status).toBe(202)
    expect((await a.ask('POST', '/v1/jobs', { body: { type: 'noop', [member]: tooMuch } })).status).toBe(422)
  })

  it('answers 422 to a query parameter', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('POST', '/v1/jobs?wait=1', { body: { type: 'noop' } }))).toMatchObject({ status: 422, pointers: ['?wait'] })
  })

  it('answers 413 to a body above the limit', async () => {
    await using a = await appWorld()
    const body = { type: 'noop', payload: 'x'.repeat(MAX_BODY) }
    expect(refusal(await a.ask('POST', '/v1/jobs', { body }))).toMatchObject({ status: 413, code: 'too_large' })
  })

  it('answers 415 to another content type', async () => {
    await using a = await appWorld()
    const answer = await a.ask('POST', '/v1/jobs', { body: '{"type":"noop"}', headers: { 'content-type': 'text/plain' } })
    expect(refusal(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  it('answers 503 with Retry-After, and stores nothing, when the store does not take it', async () => {
    await using a = await appWorld()
    a.world.store.commit = () => Promise.reject(new StoreUnavailable('overloaded', 'full'))
    const answer = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })
    expect(refusal(answer)).toMatchObject({ status: 503, code: 'overloaded' })
    expect(answer.headers.get('retry-after')).toBe('1')
  })

  it('answers 500 without a word of the cause, which the log has', async () => {
    await using a = await appWorld()
    a.world.store.commit = () => Promise.reject(new Error('a secret cause'))
    const answer = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })
    expect(refusal(answer)).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.text).not.toContain('secret')
    expect(a.world.complaints).toMatchObject([{ fields: { request_id: answer.json.request_id } }])
  })
})

describe('Idempotency-Key', () => {
  const submit = (a: Awaited<ReturnType<typeof appWorld>>, key: string, body: object = { type: 'noop' }) =>
    a.ask('POST', '/v1/jobs', { body, headers: { 'idempotency-key': key } })

  it('gives the same job, with its present status, to the same key and body', async () => {
    await using a = await appWorld()
    const first = await submit(a, 'k')
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    a.world.work()
    await a.world.clock.push(1)
    const second = await submit(a, '"k"')
    expect(second.status).toBe(202)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.json).toMatchObject({ id: first.json.id, status: 'completed' })
    expect(second.headers.get('retry-after')).toBe('1')
  })

  it('answers 422 to another body', async () => {
    await using a = await appWorld()
    await submit(a, 'k')
    expect(refusal(await submit(a, 'k', { type: 'noop', priority: 1 }))).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
  })

  it('is not consumed by a refused request', async () => {
    await using a = await appWorld()
    expect((await submit(a, 'k', { type: 'nope' })).status).toBe(422)
    expect((await submit(a, 'k')).status).toBe(202)
  })

  it.each(['', '""', 'x'.repeat(256), 'é'])('answers 422 to the key %j', async (key) => {
    await using a = await appWorld()
    expect(refusal(await submit(a, key))).toMatchObject({ status: 422, pointers: ['Idempotency-Key'] })
  })
})

describe('Prefer: wait', () => {
  it('answers 200 when the job ends in time', async () => {
    await using a = await appWorld()
    a.world.work()
    const answer = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' }, headers: { prefer: 'respond-async, wait=10' } })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ status: 'completed', result: { ok: true } })
    expect(answer.headers.get('preference-applied')).toBe('respond-async, wait=10')
  })

  it('answers 202 when it does not', async () => {
    await using a = await appWorld()
    const asked = a.ask('POST', '/v1/jobs', { body: { type: 'noop' }, headers: { prefer: 'wait=2' } })
    await a.world.clock.push(2000)
    const answer = await asked
    expect(answer.status).toBe(202)
    expect(answer.headers.get('preference-applied')).toBe('wait=2')
  })

  it('answers 422 to a wait that is no number, and stores nothing', async () => {
    await using a = await appWorld()
    const answer = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' }, headers: { prefer: 'wait=soon' } })
    expect(refusal(answer)).toMatchObject({ status: 422, pointers: ['Prefer'] })
    expect((await a.ask('GET', '/v1/jobs')).json.data).toEqual([])
  })
})

describe('limits of a tenant', () => {
  it('answers 429 with Retry-After and the RateLimit fields once the minute’s submits are spent', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ limits: { submits_per_minute: 2 } })
    const submit = () => a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })
    const first = await submit()
    expect(first.headers.get('ratelimit-policy')).toBe('"submits";q=2;w=60')
    expect(first.headers.get('ratelimit')).toBe('"submits";r=1;t=60')
    await submit()
    await a.world.clock.push(20_000)
    const third = await submit()
    expect(refusal(third)).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(third.headers.get('retry-after')).toBe('40')
    expect(third.headers.get('ratelimit')).toBe('"submits";r=0;t=40')
    await a.world.clock.push(40_000)
    expect((await submit()).status).toBe(202)
  })

  it('answers 429 with the same fields when too many jobs are pending', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ limits: { pending_jobs: 1 } })
    await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })
    const answer = await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })
    expect(refusal(answer)).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(answer.headers.get('ratelimit-policy')).toBe('"pending-jobs";q=1')
    expect(answer.headers.get('ratelimit')).toBe(`"pending-jobs";r=0;t=${answer.headers.get('retry-after')}`)
  })
})

function pairs(count: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, 'value']))
}
