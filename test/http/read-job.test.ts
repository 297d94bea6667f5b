import { describe, expect, it } from 'vitest'
import { MARK_AFTER_MS } from '../../src/lifecycle/jobs/run-job.ts'
import { Job } from '../../src/wire/schemas/job.ts'
import { settle, until } from '../support/clock.ts'
import { hook, ok } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

const ENDLESS = { handlers: { noop: () => new Promise<typeof ok>(() => {}) } }

/** The id of a job that runs, of a type expected to take so long, milliseconds. */
async function running(a: AppWorld, expectedMs: number): Promise<string> {
  a.world.runTimes.add('noop', expectedMs)
  a.world.work()
  const id = await a.world.submit()
  await a.world.clock.push(MARK_AFTER_MS)
  await until('the job runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
  return id
}

describe('GET /v1/jobs/{id}', () => {
  it('answers 200 with the document from the instant of the 202, for nobody’s cache', async () => {
    await using a = await appWorld()
    const { json } = await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url } })
    const answer = await a.ask('GET', `/v1/jobs/${json.id}`)
    expect(answer.status).toBe(200)
    expect(Job.strict().parse(answer.json)).toEqual(answer.json)
    expect(answer.json).toMatchObject({ id: json.id, status: 'pending', queue_position: 1, callback: { url: hook.url, status: 'pending' } })
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  })

  it('has no Retry-After once the job has ended', async () => {
    await using a = await appWorld()
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(1)
    const answer = await a.ask('GET', `/v1/jobs/${id}`)
    expect(answer.json).toMatchObject({ status: 'completed', result: { ok: true } })
    expect(answer.headers.get('retry-after')).toBeNull()
  })

  it('says of a running job that is to be canceled when to look for its end', async () => {
    await using a = await appWorld(ENDLESS)
    const id = await running(a, 60_000)
    const canceled = await a.ask('POST', `/v1/jobs/${id}/cancel`)
    expect(canceled.status).toBe(202)
    expect(Number(canceled.headers.get('retry-after'))).toBeLessThanOrEqual(5)
  })

  it('answers HEAD with the same headers and no body', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const [get, head] = [await a.ask('GET', `/v1/jobs/${id}`), await a.app.request(`/v1/jobs/${id}`, { method: 'HEAD', headers: operator })]
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers))
  })

  it('answers 404 to an unknown id', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', '/v1/jobs/job_0'))).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('answers 410 from the end of retention on', async () => {
    await using a = await appWorld({ settings: { retentionMs: 1000 } })
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    const { expires_at } = (await a.ask('GET', `/v1/jobs/${id}`)).json
    await a.world.clock.push(Date.parse(expires_at) - a.world.clock.now())
    expect(refusal(await a.ask('GET', `/v1/jobs/${id}`))).toMatchObject({ status: 410, code: 'gone' })
  })

  it('shows the operator a job of any tenant', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    const { json } = await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })
    expect((await a.ask('GET', `/v1/jobs/${json.id}`)).status).toBe(200)
  })
})

describe('ETag', () => {
  it('answers 304 without a body while nothing has changed, and 200 after', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const etag = (await a.ask('GET', `/v1/jobs/${id}`)).headers.get('etag') ?? ''
    const same = await a.ask('GET', `/v1/jobs/${id}`, { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect(same.status).toBe(304)
    expect(same.text).toBe('')
    expect(same.headers.get('etag')).toBe(etag)
    expect(same.headers.get('cache-control')).toBe('private, no-cache')
    a.world.work()
    await a.world.clock.push(1)
    const changed = await a.ask('GET', `/v1/jobs/${id}`, { headers: { 'if-none-match': etag } })
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).not.toBe(etag)
  })
})

describe('codes for pollers that read nothing else', () => {
  const failure = { code: 'no_stock', message: 'None left.', retryable: false, details: null }

  it('`pending=202` answers 202 until the end, then 200, with the document and `Retry-After`', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const going = await a.ask('GET', `/v1/jobs/${id}?pending=202&failed=500`)
    expect(going).toMatchObject({ status: 202, json: { id, status: 'pending' } })
    expect(going.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    a.world.work()
    await a.world.clock.push(1)
    expect(await a.ask('GET', `/v1/jobs/${id}?pending=202&failed=500`)).toMatchObject({ status: 200, json: { status: 'completed' } })
  })

  it('`failed=500` answers 500 with the document of a job that failed or was canceled', async () => {
    await using a = await appWorld({ handlers: { noop: () => ({ kind: 'failed', failure }), other: () => ok } })
    const canceled = await a.world.submit({ type: 'other' })
    await a.ask('POST', `/v1/jobs/${canceled}/cancel`)
    a.world.work()
    const failed = await a.world.submit()
    await a.world.clock.push(1)
    for (const [id, status] of [
      [failed, 'failed'],
      [canceled, 'canceled'],
    ] as const) {
      const answer = await a.ask('GET', `/v1/jobs/${id}?failed=500`)
      expect(answer).toMatchObject({ status: 500, json: { id, status } })
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect((await a.ask('GET', `/v1/jobs/${id}?pending=202`)).status).toBe(200)
    }
  })

  it('give way to 304, and a held read answers with them as well', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const held = a.ask('GET', `/v1/jobs/${id}?pending=202&wait=2`)
    await a.world.clock.push(2_000)
    const { status, headers } = await held
    expect(status).toBe(202)
    const known = { 'if-none-match': headers.get('etag') ?? '' }
    expect((await a.ask('GET', `/v1/jobs/${id}?pending=202`, { headers: known })).status).toBe(304)
  })
})

describe('wait', () => {
  it('with an ETag ends when the job turns overdue, though nothing else happens', async () => {
    await using a = await appWorld(ENDLESS)
    const id = await running(a, 1_000)
    const etag = (await a.ask('GET', `/v1/jobs/${id}`)).headers.get('etag') ?? ''
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=10`, { headers: { 'if-none-match': etag } })
    await a.world.clock.push(2_100)
    expect((await asked).json).toMatchObject({ status: 'running', overdue: true })
  })

  it.each([
    ['?wait=', '?wait=5', {}, null],
    ['Prefer', '', { prefer: 'wait=5' }, 'wait=5'],
  ])('%s holds the answer until the job has ended, not until it has begun', async (_name, query, headers, applied) => {
    const ended = Promise.withResolvers<typeof ok>()
    await using a = await appWorld({ handlers: { noop: () => ended.promise } })
    const id = await a.world.submit()
    let answered = false
    const asked = a.ask('GET', `/v1/jobs/${id}${query}`, { headers }).finally(() => (answered = true))
    a.world.work()
    await a.world.clock.push(1000)
    await until('the job runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
    await settle()
    expect(answered).toBe(false)
    ended.resolve(ok)
    const answer = await asked
    expect(answer.json.status).toBe('completed')
    expect(answer.headers.get('preference-applied')).toBe(applied)
  })

  it('of the query and `Prefer` follows the query', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const answer = await a.ask('GET', `/v1/jobs/${id}?wait=0`, { headers: { prefer: 'wait=60' } })
    expect(answer.json.status).toBe('pending')
    expect(answer.headers.get('preference-applied')).toBeNull()
  })

  it('with an ETag ends soon after another run has taught that this one is overdue', async () => {
    await using a = await appWorld(ENDLESS)
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    await until('the job runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
    const etag = (await a.ask('GET', `/v1/jobs/${id}`)).headers.get('etag') ?? ''
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=30`, { headers: { 'if-none-match': etag } })
    await a.world.clock.push(1_000)
    a.world.runTimes.add('noop', 100)
    await a.world.clock.push(5_000)
    expect((await asked).json).toMatchObject({ status: 'running', overdue: true })
  })

  it('answers with the job as it is when the time is up', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=5`)
    await a.world.clock.push(5000)
    expect((await asked).json.status).toBe('pending')
  })

  it('cuts the wait to 60 s', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=100000`)
    await a.world.clock.push(60_000)
    expect((await asked).status).toBe(200)
  })

  it('does not hold a job that has ended', async () => {
    await using a = await appWorld()
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(1)
    expect((await a.ask('GET', `/v1/jobs/${id}?wait=60`)).json.status).toBe('completed')
  })

  it('with an ETag holds until the document differs, also by its progress alone', async () => {
    let report: (percent: number) => void = () => {}
    const handlers = {
      slow: (_run: unknown, signal: AbortSignal, tell: (report: { kind: 'progress'; percent: number; message: null }) => void) => {
        report = (percent) => tell({ kind: 'progress', percent, message: null })
        return new Promise<typeof ok>((resolve) => signal.addEventListener('abort', () => resolve(ok)))
      },
    }
    await using a = await appWorld({ handlers })
    a.world.work()
    const id = await a.world.submit({ type: 'slow' })
    await a.world.clock.push(1000)
    await until('the job runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
    const etag = (await a.ask('GET', `/v1/jobs/${id}`)).headers.get('etag') ?? ''
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=10`, { headers: { 'if-none-match': etag } })
    report(45)
    await a.world.clock.push(1000)
    expect((await asked).json).toMatchObject({ status: 'running', progress: { percent: 45 } })
  })

  it('with an ETag that still holds when the time is up answers 304', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const etag = (await a.ask('GET', `/v1/jobs/${id}`)).headers.get('etag') ?? ''
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=3`, { headers: { 'if-none-match': etag } })
    await a.world.clock.push(3000)
    expect((await asked).status).toBe(304)
  })

  it('with an ETag that no longer holds answers at once', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    expect((await a.ask('GET', `/v1/jobs/${id}?wait=60`, { headers: { 'if-none-match': '"old"' } })).status).toBe(200)
  })

  it('ends when the caller goes away', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const caller = new AbortController()
    const asked = a.ask('GET', `/v1/jobs/${id}?wait=60`, { signal: caller.signal })
    await settle()
    caller.abort()
    await asked
    expect(a.world.clock.pending()).toBe(0)
  })

  it('answers 503 with Retry-After when too many wait already', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    a.world.waiters.watch = () => null
    const answer = await a.ask('GET', `/v1/jobs/${id}?wait=1`)
    expect(refusal(answer)).toMatchObject({ status: 503, code: 'overloaded' })
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  })

  it.each([
    '?pending=500',
    '?pending=',
    '?failed=409',
    '?failed=500&failed=500',
    '?wait=-1',
    '?wait=1.5',
    '?wait=',
    '?wait=x',
    '?wait=1&wait=2',
    '?other=1',
  ])('answers 422 to %s', async (query) => {
    await using a = await appWorld()
    const id = await a.world.submit()
    expect(refusal(await a.ask('GET', `/v1/jobs/${id}${query}`))).toMatchObject({ status: 422, code: 'invalid_request' })
  })
})

const operator = { authorization: 'Bearer operator-key-0123456789abcdef0123456789abcdef' }
