/** The client against the real application, asked without a port. */
import { describe, expect, it } from 'vitest'
import { createClientOver } from '../../src/client/client.ts'
import { createClient, type FetchLike, type JobDocument } from '../../src/client/index.ts'
import { verify } from '../../src/client/verify.ts'
import { ADMIN_KEY, type AppWorld, appWorld } from '../http/app-world.ts'
import { until } from '../support/clock.ts'
import { answered, ok, type TestHandler } from '../support/world.ts'

const fetchOf =
  ({ app }: AppWorld): FetchLike =>
  (url, init) =>
    app.request(url, init, { incoming: { socket: { remoteAddress: '192.0.2.9' } } })

const clientOf = (a: AppWorld, key = ADMIN_KEY) => createClient({ url: 'http://ringback.test', key, fetch: fetchOf(a) })

/** A client that lives by the clock of the world. */
function clockedClient(a: AppWorld) {
  const { now, monotonic, after } = a.world.clock
  const time = { now, monotonic, after, random: () => 0 }
  return createClientOver({ url: 'http://ringback.test', key: ADMIN_KEY, fetch: fetchOf(a), headers: {}, time })
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}

const result =
  (json: string): TestHandler =>
  async () => ({ kind: 'completed', result: { kind: 'json', bytes: Buffer.from(json) } })
const fail: TestHandler = () => ({
  kind: 'failed',
  failure: { code: 'no_paper', message: 'There is no paper.', retryable: false, details: null },
})

describe('jobs', () => {
  it('are submitted, waited for and read', async () => {
    await using a = await appWorld({ handlers: { sum: result('{"sum":3}'), fail } })
    a.world.work()
    const client = clientOf(a)
    const handle = await client.jobs.submit('sum', { a: 1, b: 2 }, { tags: ['x'], metadata: { order: '42' } })
    expect(handle.document.status_url).toBe(`http://ringback.test/v1/jobs/${handle.id}`)
    expect(await handle.done()).toMatchObject({ status: 'completed', result: { sum: 3 }, tags: ['x'], metadata: { order: '42' } })
    expect(await handle.result()).toEqual({ sum: 3 })
    expect(await client.jobs.result(handle.id)).toEqual({ sum: 3 })
    expect((await client.jobs.get(handle.id)).id).toBe(handle.id)
    const failed = await client.jobs.submit('fail')
    await expect(failed.done({ throw: true })).rejects.toMatchObject({ name: 'JobFailed', code: 'no_paper' })
    await expect(failed.result()).rejects.toMatchObject({ name: 'RingbackError', status: 409, code: 'job_failed' })
    const again = await client.jobs.rerun(failed.id)
    expect((await again.done()).rerun_of).toBe(failed.id)
    // A rerun means the jobs that ended before.
    await a.world.clock.push(1_000)
    const everyFailure = { filter: { status: 'failed', error_code: 'no_paper' } } as const
    expect(await client.jobs.rerun({ ...everyFailure, dry_run: true })).toMatchObject({ would_rerun: 1 })
    expect(await client.jobs.rerun(everyFailure)).toMatchObject({ rerun: 1, has_more: false })
    expect(await all(client.jobs.types())).toMatchObject([{ type: 'fail' }, { type: 'sum' }])
    expect((await client.jobs.summary()).data).toContainEqual({ type: 'sum', status: 'completed', error_code: null, count: 1 })
  })

  it('are one job for one key', async () => {
    await using a = await appWorld()
    const client = clientOf(a)
    const first = await client.jobs.submit('noop', { n: 1 }, { idempotencyKey: 'k' })
    expect((await client.jobs.submit('noop', { n: 1 }, { idempotencyKey: 'k' })).id).toBe(first.id)
    await expect(client.jobs.submit('noop', { n: 2 }, { idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    await expect(client.jobs.submit('nope')).rejects.toMatchObject({ status: 422, code: 'unknown_job_type', requestId: /^req_/ })
  })

  it('are canceled', async () => {
    await using a = await appWorld()
    const client = clientOf(a)
    const handle = await client.jobs.submit('noop')
    await expect(handle.result()).rejects.toMatchObject({ status: 409, code: 'not_finished', retryAfterSeconds: expect.any(Number) })
    expect((await handle.cancel()).status).toBe('canceled')
    expect(handle.document.status).toBe('canceled')
    expect((await client.jobs.cancel(handle.id)).status).toBe('canceled')
  })

  it('have results of any kind', async () => {
    const content: TestHandler = () => ({
      kind: 'completed',
      result: { kind: 'content', bytes: Buffer.from('a;b'), contentType: 'text/csv; charset=utf-8', filename: 'größe.csv' },
    })
    const location: TestHandler = () => ({ kind: 'completed', result: { kind: 'location', url: 'https://files.example/1' } })
    await using a = await appWorld({ handlers: { content, location } })
    a.world.work()
    const client = clientOf(a)
    const csv = await client.jobs.submit('content')
    await csv.done()
    expect(await csv.result()).toEqual({
      bytes: new Uint8Array(Buffer.from('a;b')),
      contentType: 'text/csv; charset=utf-8',
      filename: 'größe.csv',
    })
    expect(await (await client.jobs.resultResponse(csv.id)).text()).toBe('a;b')
    const elsewhere = await client.jobs.submit('location')
    await elsewhere.done()
    expect(await elsewhere.result()).toEqual({ url: 'https://files.example/1' })
  })

  it('are listed, by documents and by pages', async () => {
    await using a = await appWorld()
    const client = clientOf(a)
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift((await client.jobs.submit('noop', n, { tags: [n % 2 === 0 ? 'even' : 'odd'] })).id)
    const list = client.jobs.list({ limit: 2 })
    expect((await all(list)).map(({ id }) => id)).toEqual(ids)
    expect((await all(list.pages())).map(({ data, has_more }) => [data.length, has_more])).toEqual([
      [2, true],
      [2, true],
      [1, false],
    ])
    expect(await all(client.jobs.list({ tag: 'odd', overdue: false }))).toHaveLength(2)
    expect((await all(client.jobs.list({ tenant: '*' })))[0]?.tenant_id).toBe('tnt_default')
    await expect(all(client.jobs.list({ limit: 0 }))).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer: '?limit' }] })
  })

  it('are watched by the poll where there is no stream', async () => {
    const steps = Promise.withResolvers<void>()
    const slow: TestHandler = async (_run, _signal, report) => {
      report({ kind: 'progress', percent: 40, message: 'paying' })
      await steps.promise
      return ok
    }
    await using a = await appWorld({ handlers: { slow } })
    a.world.work()
    const withoutStreams: FetchLike = (url, init) => (url.endsWith('/events') ? new Response('', { status: 404 }) : fetchOf(a)(url, init))
    const client = createClient({ url: 'http://ringback.test', key: ADMIN_KEY, fetch: withoutStreams })
    const handle = await client.jobs.submit('slow')
    const seen: JobDocument[] = []
    for await (const document of handle.watch()) {
      seen.push(document)
      if (document.status === 'running') steps.resolve()
    }
    expect(seen.at(-1)?.status).toBe('completed')
  })
})

describe('done', () => {
  it('waits by the clock until the job has ended', async () => {
    const end = Promise.withResolvers<void>()
    await using a = await appWorld({ handlers: { slow: async () => (await end.promise, ok) } })
    a.world.work()
    const handle = await clockedClient(a).jobs.submit('slow')
    let document: JobDocument | undefined
    void handle.done().then((last) => {
      document = last
    })
    await a.world.clock.push(100_000)
    expect(document).toBeUndefined()
    end.resolve()
    await a.world.clock.push(60_000)
    expect(document?.status).toBe('completed')
  })
})

describe('callbacks', () => {
  it('are verified, listed, replayed, retried and discarded', async () => {
    await using a = await appWorld({ destinations: { breaker: false } })
    a.world.answer = () => answered(410)
    a.world.work()
    const client = clientOf(a)
    const { secret } = await client.secret.get()
    const handle = await client.jobs.submit('noop', {}, { callback_url: 'https://partner.example/hooks' })
    await until('the callback is sent', () => a.world.sent.length === 1)
    const sent = a.world.sent[0]
    // The world's clock stands still in the past.
    const event = await verify(sent?.body ?? '', sent?.headers ?? {}, secret, { toleranceSeconds: 1e9 })
    expect(event).toMatchObject({ type: 'job.completed', data: { id: handle.id, status: 'completed' } })

    await until('it is dead', async () => (await all(client.deadLetters.list())).length === 1)
    const [dead] = await all(client.deadLetters.list({ destination: 'https://partner.example' }))
    expect(dead).toMatchObject({ status: 'dead', reason: 'gone', job_id: handle.id })
    expect(await client.deliveries.get(dead?.id ?? '')).toMatchObject({ attempt_log: [{ n: 1, status: 410 }] })
    expect(await client.deliveries.explain(dead?.id ?? '')).toMatchObject({ state: 'dead', because: [{ code: 'gone' }] })
    expect((await client.deadLetters.summary()).data).toMatchObject([{ destination: 'https://partner.example', reason: 'gone', count: 1 }])
    expect((await client.deliveries.replay(dead?.id ?? '')).status).toBe('pending')
    await until('it is dead again', async () => (await client.deliveries.get(dead?.id ?? '')).status === 'dead')
    await a.world.clock.push(1)
    const { as_of, would_replay } = await client.deadLetters.preview({ filter: { reason: 'gone' } })
    expect(would_replay).toBe(1)
    const pinned = { filter: { reason: 'gone' }, as_of, expect: would_replay } as const
    expect(await client.deadLetters.replay(pinned)).toEqual({ replayed: 1, skipped: 0, has_more: false })
    expect(await client.deliveries.retry({ all: true })).toMatchObject({ retried: expect.any(Number) })
    await until('it is dead for good', async () => (await client.deliveries.get(dead?.id ?? '')).status === 'dead')
    await expect(client.deliveries.retry(dead?.id ?? '')).rejects.toMatchObject({ status: 409, code: 'conflict' })
    expect(await client.deliveries.discard(dead?.id ?? '')).toBeUndefined()
    expect(await all(client.deliveries.list({ status: 'canceled' }))).toMatchObject([{ id: dead?.id, reason: 'discarded' }])
    const rotated = await client.secret.rotate({ overlap_seconds: 60 })
    expect(rotated.previous).toBe(secret)
  })

  it('go to endpoints that come and go', async () => {
    await using a = await appWorld()
    a.world.work()
    const client = clientOf(a)
    const { id, secret } = await client.endpoints.create({
      url: 'https://partner.example/all',
      events: ['job.failed'],
      headers: { 'x-a': '1' },
    })
    expect(secret).toMatch(/^whsec_/)
    expect(await client.endpoints.get(id)).toMatchObject({ events: ['job.failed'], header_names: ['x-a'] })
    expect((await client.endpoints.update(id, { description: 'theirs', status: 'disabled' })).disabled_reason).toBe('requested')
    await client.endpoints.update(id, { status: 'enabled' })
    expect(await client.endpoints.test(id)).toMatchObject({ delivered: true, status: 200 })
    expect((await client.endpoints.rotateSecret(id, { overlap_seconds: 0 })).secret).not.toBe(secret)
    expect(await all(client.endpoints.list())).toMatchObject([{ id }])
    await client.endpoints.delete(id)
    await expect(client.endpoints.get(id)).rejects.toMatchObject({ status: 404 })
  })
})

describe('the feed', () => {
  it('is listed, and followed for ever', async () => {
    await using a = await appWorld()
    a.world.work()
    const client = clientOf(a)
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push((await client.jobs.submit('noop')).id)
    await until('all have ended', async () => (await all(client.events.list())).length === 3)
    const listed = await all(client.events.list({ limit: 2 }))
    expect(listed.map(({ job_id }) => job_id)).toEqual(ids)
    expect(await all(client.events.list({ after: listed[0]?.id, types: ['job.failed'] }))).toEqual([])

    const leaving = new AbortController()
    const followed: string[] = []
    for await (const { id, job_id } of client.events({ after: listed[0]?.id, signal: leaving.signal })) {
      followed.push(job_id ?? '')
      if (id === listed[2]?.id) ids.push((await client.jobs.submit('noop')).id)
      if (job_id === ids[3]) break
    }
    expect(followed).toEqual(ids.slice(1))
    const unknown = client.events({ after: 'evt_0' })[Symbol.asyncIterator]().next()
    await expect(unknown).rejects.toMatchObject({ status: 404 })
  })

  it('loses nothing that comes after `latest`', async () => {
    await using a = await appWorld()
    a.world.work()
    const client = clientOf(a)
    await client.jobs.submit('noop')
    await until('it has ended', async () => (await all(client.events.list())).length === 1)
    const next = client.events({ after: 'latest' }).next()
    const second = await client.jobs.submit('noop')
    expect((await next).value).toMatchObject({ type: 'job.completed', job_id: second.id })
  })

  it('gives the bodies of callbacks byte for byte', async () => {
    const numbers = '{"n": 12345678901234567890,\n "a": [1.0, {"]": "\\"}"}], "ü": "\\u00fc"}'
    await using a = await appWorld({ handlers: { noop: result(numbers) } })
    a.world.work()
    const client = clientOf(a)
    const handles = [
      await client.jobs.submit('noop', {}, { callback_url: 'https://partner.example/hooks' }),
      await client.jobs.submit('noop'),
    ]
    await until('it is sent', () => a.world.sent.length === 1)
    const texts = []
    for await (const text of client.events.texts()) if (texts.push(text) === 2) break
    expect(texts.map(({ job_id }) => job_id)).toEqual(handles.map(({ id }) => id))
    const sent = a.world.sent[0]
    expect(texts[0]).toEqual({
      id: sent?.headers['webhook-id'],
      job_id: handles[0]?.id,
      type: 'job.completed',
      body: Buffer.from(sent?.body ?? '').toString(),
    })
    expect(texts[0]?.body).toContain(numbers)
  })
})

describe('access', () => {
  it('is given and taken', async () => {
    await using a = await appWorld()
    const client = clientOf(a)
    const tenant = await client.tenants.create({ name: 'partner', limits: { pending_jobs: 5 } })
    expect(await client.tenants.update(tenant.id, { name: 'other' })).toMatchObject({ name: 'other', limits: { pending_jobs: 5 } })
    expect((await all(client.tenants.list())).map(({ id }) => id)).toContain(tenant.id)
    expect(await client.tenants.portalLink(tenant.id, { read_only: false })).toMatchObject({
      url: expect.stringContaining('/dashboard/portal#'),
    })
    const { id, key } = await client.keys.create(tenant.id, { scopes: ['jobs:read'] })
    const partner = clientOf(a, key)
    expect(await all(partner.jobs.list())).toEqual([])
    await expect(partner.jobs.submit('noop')).rejects.toMatchObject({ status: 403, code: 'forbidden' })
    expect(await all(client.keys.list(tenant.id))).toMatchObject([{ id }])
    await client.keys.revoke(id)
    await expect(all(partner.jobs.list())).rejects.toMatchObject({ status: 401, code: 'unauthorized' })
  })

  it('reaches any other route by `request`', async () => {
    await using a = await appWorld()
    const answer = await clientOf(a).request({ method: 'GET', path: '/v1/destinations', query: { limit: 1 } })
    expect([answer.status, await answer.json()]).toEqual([200, { data: [], has_more: false, next_cursor: null }])
  })
})

describe('createClient', () => {
  it('takes address and key from the environment, and demands an address', async () => {
    await using a = await appWorld()
    process.env.RINGBACK_URL = 'http://ringback.test/'
    process.env.RINGBACK_API_KEY = ADMIN_KEY
    try {
      expect(await all(createClient({ fetch: fetchOf(a) }).jobs.list())).toEqual([])
    } finally {
      delete process.env.RINGBACK_URL
      delete process.env.RINGBACK_API_KEY
    }
    expect(() => createClient()).toThrow('RINGBACK_URL')
    expect(() => createClient({ url: 'ftp://ringback.test' })).toThrow(TypeError)
    expect(() => createClient({ url: 'http://a:b@ringback.test' })).toThrow('password')
    expect(() => createClient({ url: 'http://ringback.test', key: 'a\nb' })).toThrow(TypeError)
  })

  it('keeps the path of its address, and sends its headers', async () => {
    const asked: [string, string | null][] = []
    const fetch: FetchLike = (url, init) => {
      asked.push([url, new Headers(init.headers).get('x-proxy')])
      return Response.json({ data: [], has_more: false, next_cursor: null })
    }
    await all(createClient({ url: 'https://example.com/ringback/', fetch, headers: { 'x-proxy': '1' } }).jobs.list())
    expect(asked).toEqual([['https://example.com/ringback/v1/jobs', '1']])
  })
})
