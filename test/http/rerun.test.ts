import { describe, expect, it } from 'vitest'
import type { Run } from '../../src/ports/executor.ts'
import { Job } from '../../src/wire/schemas/job.ts'
import { RerunAnswer, RerunPreview } from '../../src/wire/schemas/rerun.ts'
import { until } from '../support/clock.ts'
import { hook, ok, type TestHandler } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

const failing: TestHandler = () => ({
  kind: 'failed',
  failure: { code: 'no_stock', message: 'None left.', retryable: false, details: null },
})

/** Submits with a key of its own tenant's and waits until all have ended. */
async function ended(a: AppWorld, bodies: readonly object[], key?: string): Promise<string[]> {
  const ids: string[] = []
  for (const body of bodies) ids.push((await a.ask('POST', '/v1/jobs', { body, ...(key === undefined ? {} : { key }) })).json.id)
  await a.world.clock.push(50)
  for (const id of ids) await until('it has ended', async () => (await a.world.store.jobs.view(id))?.settledAt !== null)
  await a.world.clock.push(50)
  return ids
}

const rerun = (a: AppWorld, body: object, query = '') => a.ask('POST', `/v1/jobs/rerun${query}`, { body })

describe('POST /v1/jobs/{id}/rerun', () => {
  it('answers 202 like a submit, with a new job of the same payload bytes, callback, tags, metadata and limits', async () => {
    const payloads: string[] = []
    const noop = (run: Run) => {
      payloads.push(Buffer.from(run.payload).toString())
      return ok
    }
    await using a = await appWorld({ handlers: { noop } })
    a.world.work()
    const body = `{"type":"noop","payload":{"b":1.50, "a":12345678901234567890},"priority":7,"max_attempts":2,"timeout_seconds":30,
      "tags":["x"],"metadata":{"k":"v"},"callback":{"url":"${hook.url}","events":["job.completed"],"headers":{"x-tag":"1"}}}`
    const { json: first } = await a.ask('POST', '/v1/jobs', { body })
    await a.world.clock.push(50)
    await until('the callback has arrived', () => a.world.sent.length === 1)
    const answer = await a.ask('POST', `/v1/jobs/${first.id}/rerun`)
    expect(answer.status).toBe(202)
    expect(Job.strict().parse(answer.json)).toEqual(answer.json)
    expect(answer.json.id).not.toBe(first.id)
    expect(answer.json).toMatchObject({ rerun_of: first.id, status: 'pending', tags: ['x'], metadata: { k: 'v' }, max_attempts: 2 })
    expect(answer.headers.get('location')).toBe(answer.json.status_url)
    expect(answer.headers.get('operation-location')).toBe(`http://ringback.test/v1/operations/${answer.json.id}`)
    const [original, copy] = [await a.world.store.jobs.find(first.id), await a.world.store.jobs.find(answer.json.id)]
    expect(copy).toMatchObject({ priority: 7, timeoutMs: 30_000, callback: original?.callback })
    await a.world.clock.push(50)
    expect(payloads).toEqual(Array(2).fill('{"b":1.50, "a":12345678901234567890}'))
    await until('its callback has arrived', () => a.world.sent.length === 2)
    expect(a.world.sent[1]?.headers).toMatchObject({ 'x-tag': '1' })
    expect((await a.ask('GET', `/v1/jobs/${first.id}`)).json).toMatchObject({ status: 'completed', rerun_of: null })
  })

  it('may be asked again, and once with the same Idempotency-Key', async () => {
    await using a = await appWorld({ handlers: { noop: failing } })
    a.world.work()
    const [id, other] = await ended(a, [{ type: 'noop' }, { type: 'noop' }])
    const ask = async (of = id, key = 'k') => a.ask('POST', `/v1/jobs/${of}/rerun`, { headers: { 'idempotency-key': key } })
    const [first, twin, second] = [await ask(), await ask(), await ask(id, 'k2')]
    expect(twin.json.id).toBe(first.json.id)
    expect(twin.headers.get('idempotent-replayed')).toBe('true')
    expect(second.json.id).not.toBe(first.json.id)
    expect(refusal(await ask(other))).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
  })

  it('holds the answer for the end when that is preferred', async () => {
    await using a = await appWorld()
    a.world.work()
    const [id] = await ended(a, [{ type: 'noop' }])
    const asked = a.ask('POST', `/v1/jobs/${id}/rerun`, { headers: { prefer: 'wait=5' } })
    await a.world.clock.push(100)
    expect(await asked).toMatchObject({ status: 200, json: { status: 'completed', rerun_of: id } })
  })

  it('answers 409 with Retry-After while the job has not ended', async () => {
    await using a = await appWorld()
    const answer = await a.ask('POST', `/v1/jobs/${await a.world.submit()}/rerun`)
    expect(refusal(answer)).toMatchObject({ status: 409, code: 'not_finished' })
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  })

  it('answers 422 when nobody does its type any more', async () => {
    await using a = await appWorld({ handlers: { noop: () => ok, other: () => ok } })
    a.world.work()
    const [id] = await ended(a, [{ type: 'other' }])
    ;(a.world.executor.types as Map<string, unknown>).delete('other')
    expect(refusal(await a.ask('POST', `/v1/jobs/${id}/rerun`))).toMatchObject({ status: 422, code: 'unknown_job_type' })
  })

  it('counts for the limits of the job’s own tenant, whoever asks', async () => {
    await using a = await appWorld()
    a.world.work()
    const key = await a.tenantKey({ limits: { submits_per_minute: 2 } })
    const [id] = await ended(a, [{ type: 'noop' }], key)
    const first = await a.ask('POST', `/v1/jobs/${id}/rerun`)
    expect(first.status).toBe(202)
    expect((await a.world.store.jobs.find(first.json.id))?.tenantId).toBe((await a.world.store.jobs.find(id ?? ''))?.tenantId)
    const refused = await a.ask('POST', `/v1/jobs/${id}/rerun`)
    expect(refusal(refused)).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(refused.headers.get('ratelimit')).toContain('"submits";r=0')
  })
})

describe('POST /v1/jobs/rerun', () => {
  it('counts with `dry_run`, then submits each ended job that fits once, whoever asks again', async () => {
    await using a = await appWorld({ handlers: { good: () => ok, bad: failing } })
    a.world.work()
    const ids = await ended(a, [{ type: 'bad' }, { type: 'bad' }, { type: 'good' }, { type: 'bad', tags: ['x'] }])
    const preview = await rerun(a, { filter: { status: 'failed' }, dry_run: true })
    expect(preview.status).toBe(200)
    expect(RerunPreview.strict().parse(preview.json)).toEqual(preview.json)
    expect(preview.json).toMatchObject({ would_rerun: 3, by: [{ type: 'bad', error_code: 'no_stock', count: 3 }] })
    const as_of = preview.json.as_of

    const tagged = await rerun(a, { filter: { tag: 'x' }, as_of })
    expect(tagged.status).toBe(202)
    expect(RerunAnswer.strict().parse(tagged.json)).toEqual(tagged.json)
    expect(tagged.json).toEqual({ rerun: 1, has_more: false, as_of })
    const both = await Promise.all([1, 2].map(() => rerun(a, { filter: { status: 'failed', error_code: 'no_stock' }, as_of })))
    expect(both.map(({ json }) => json.rerun).reduce((sum, n) => sum + n, 0)).toBe(2)
    await a.world.clock.push(100)
    // The reruns have failed as well, but after `as_of`.
    expect((await rerun(a, { filter: { status: 'failed' }, as_of })).json.rerun).toBe(0)
    const { data } = (await a.ask('GET', '/v1/jobs?limit=100')).json
    const reruns = data.flatMap(({ rerun_of }: { rerun_of: string | null }) => (rerun_of === null ? [] : [rerun_of]))
    expect(reruns.toSorted()).toEqual(ids.filter((_, n) => n !== 2).toSorted())
    expect((await rerun(a, { filter: { all: true }, as_of })).json).toMatchObject({ rerun: 1 })
  })

  it('is one’s own tenant’s, or with `?tenant=` another’s whose reruns stay its own', async () => {
    await using a = await appWorld()
    a.world.work()
    const key = await a.tenantKey()
    const [theirs] = await ended(a, [{ type: 'noop' }], key)
    expect((await rerun(a, { filter: { all: true } })).json.rerun).toBe(0)
    expect((await rerun(a, { filter: { all: true } }, '?tenant=*')).json.rerun).toBe(1)
    const { data } = (await a.ask('GET', '/v1/jobs', { key })).json
    expect(data[0]).toMatchObject({ rerun_of: theirs })
    expect((await a.ask('POST', '/v1/jobs/rerun?tenant=*', { key, body: { filter: { all: true } } })).status).toBe(403)
  })

  it('goes as far as a tenant’s limits let it, and says that there is more', async () => {
    await using a = await appWorld()
    a.world.work()
    const key = await a.tenantKey({ limits: { submits_per_minute: 5 } })
    await ended(a, Array(3).fill({ type: 'noop' }), key)
    const answer = await a.ask('POST', '/v1/jobs/rerun', { key, body: { filter: { all: true } } })
    expect(answer.json).toMatchObject({ rerun: 2, has_more: true })
    const full = await a.ask('POST', '/v1/jobs/rerun', { key, body: { filter: { all: true } } })
    expect(refusal(full)).toMatchObject({ status: 429, code: 'rate_limited' })
    await a.world.clock.push(60_000)
    const rest = await a.ask('POST', '/v1/jobs/rerun', { key, body: { filter: { all: true }, as_of: answer.json.as_of } })
    expect(rest.json).toMatchObject({ rerun: 1, has_more: false })
  })

  it('passes over what cannot be run again, and leaves what has not ended', async () => {
    const handlers = { gone: () => ok, slow: () => new Promise<typeof ok>(() => {}), noop: () => ok }
    await using a = await appWorld({ handlers })
    a.world.work()
    await ended(a, [{ type: 'gone' }, { type: 'noop' }])
    await a.ask('POST', '/v1/jobs', { body: { type: 'slow' } })
    await a.world.clock.push(50)
    ;(a.world.executor.types as Map<string, unknown>).delete('gone')
    expect((await rerun(a, { filter: { all: true }, dry_run: true })).json).toMatchObject({ would_rerun: 1 })
    expect((await rerun(a, { filter: { all: true } })).json).toMatchObject({ rerun: 1, has_more: false })
  })

  it.each([
    [{}, '/filter'],
    [{ filter: {} }, '/filter'],
    [{ filter: { all: true, type: 'noop' } }, '/filter'],
    [{ filter: { all: false } }, '/filter/all'],
    [{ filter: { limit: '5' } }, '/filter/limit'],
    [{ filter: { status: 'ended' } }, '/filter/status'],
    [{ filter: { all: true }, as_of: 'yesterday' }, '/as_of'],
    [{ filter: { all: true }, dry_run: 'yes' }, '/dry_run'],
  ])('answers 422 to %j and submits nothing', async (body, pointer) => {
    await using a = await appWorld()
    const { status, pointers } = refusal(await rerun(a, body))
    expect([status, pointers[0]]).toEqual([422, pointer])
  })
})

describe('filters of GET /v1/jobs', () => {
  it('choose by error code, by being overdue and by the first start', async () => {
    const handlers = { bad: failing, slow: () => new Promise<typeof ok>(() => {}) }
    await using a = await appWorld({ handlers })
    a.world.work()
    const [failed] = await ended(a, [{ type: 'bad' }])
    a.world.runTimes.add('slow', 1_000)
    const before = new Date(a.world.clock.now()).toISOString()
    const slow = await a.world.submit({ type: 'slow' })
    await a.world.clock.push(50)
    await until('it runs', async () => (await a.world.store.jobs.find(slow))?.status === 'running')
    const found = async (query: string) => (await a.ask('GET', `/v1/jobs?${query}`)).json.data.map((job: { id: string }) => job.id)
    expect(await found('error_code=no_stock')).toEqual([failed])
    expect(await found('error_code=other')).toEqual([])
    expect(await found('overdue=true')).toEqual([])
    expect(await found(`started_before=${before}`)).toEqual([failed])
    await a.world.clock.push(2_000)
    expect((await a.ask('GET', `/v1/jobs/${slow}`)).json.overdue).toBe(true)
    for (const tenant of ['', '&tenant=*']) {
      expect(await found(`overdue=true${tenant}`)).toEqual([slow])
      expect(await found(`overdue=false${tenant}`)).toEqual([failed])
    }
    expect(refusal(await a.ask('GET', '/v1/jobs?overdue=yes'))).toMatchObject({ status: 422, pointers: ['?overdue'] })
  })
})

describe('GET /v1/jobs/summary', () => {
  it('counts the jobs of the last day, or since, by type, status and error code', async () => {
    await using a = await appWorld({ handlers: { good: () => ok, bad: failing } })
    a.world.work()
    const key = await a.tenantKey()
    await ended(a, [{ type: 'good' }, { type: 'bad' }, { type: 'good' }])
    await ended(a, [{ type: 'bad' }], key)
    const counts = [
      { type: 'good', status: 'completed', error_code: null, count: 2 },
      { type: 'bad', status: 'failed', error_code: 'no_stock', count: 1 },
    ]
    expect((await a.ask('GET', '/v1/jobs/summary')).json).toMatchObject({ data: counts, complete: true })
    expect((await a.ask('GET', '/v1/jobs/summary', { key })).json.data).toEqual([counts[1]])
    expect((await a.ask('GET', '/v1/jobs/summary?tenant=*')).json.data).toHaveLength(3)
    expect((await a.ask('GET', '/v1/jobs/summary?tenant=*')).json.data[0]).toHaveProperty('tenant_id')
    await a.world.clock.push(24 * 3600_000)
    expect((await a.ask('GET', '/v1/jobs/summary')).json).toMatchObject({ data: [], complete: true })
    expect((await a.ask('GET', '/v1/jobs/summary?created_after=2025-01-01T00:00:00Z')).json.data).toEqual(counts)
  })
})
