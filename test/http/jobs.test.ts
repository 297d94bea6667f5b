import { describe, expect, it } from 'vitest'
import { Job } from '../../src/wire/schemas/job.ts'
import { until } from '../support/clock.ts'
import { ok } from '../support/world.ts'
import { appWorld, refusal } from './app-world.ts'

describe('GET /v1/jobs', () => {
  it('lists newest first, a page at a time, and links to the next one on our public address', async () => {
    await using a = await appWorld()
    const ids = [await a.world.submit(), await a.world.submit(), await a.world.submit()]
    const first = await a.ask('GET', '/v1/jobs?limit=2&type=noop')
    expect(first.json).toMatchObject({ data: [{ id: ids[2] }, { id: ids[1] }], has_more: true, next_cursor: expect.any(String) })
    expect(Job.strict().parse(first.json.data[0])).toEqual(first.json.data[0])
    const link = /^<http:\/\/ringback\.test(\/v1\/jobs\?.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await a.ask('GET', link)
    expect(second.json).toMatchObject({ data: [{ id: ids[0] }], has_more: false, next_cursor: null })
    expect(second.headers.get('link')).toBeNull()
  })

  it('filters by status, type, tag and time', async () => {
    await using a = await appWorld({ handlers: { a: () => ok, b: () => ok } })
    const first = await a.world.submit({ type: 'a', tags: ['x'] })
    await a.world.clock.push(5)
    const between = new Date(a.world.clock.now()).toISOString()
    await a.world.clock.push(5)
    const second = await a.world.submit({ type: 'b' })
    const ids = async (query: string) => (await a.ask('GET', `/v1/jobs?${query}`)).json.data.map((job: { id: string }) => job.id)
    expect(await ids('type=b')).toEqual([second])
    expect(await ids('tag=x')).toEqual([first])
    expect(await ids('status=completed')).toEqual([])
    expect(await ids('status=pending')).toEqual([second, first])
    expect(await ids(`created_after=${between}`)).toEqual([second])
    expect(await ids(`created_before=${between}`)).toEqual([first])
  })

  it('shows none whose retention is over, also before they are purged', async () => {
    await using a = await appWorld({ settings: { retentionMs: 1_000 } })
    a.world.work()
    await a.world.submit()
    await a.world.clock.push(900)
    expect((await a.ask('GET', '/v1/jobs')).json.data).toHaveLength(1)
    await a.world.clock.push(200)
    expect((await a.ask('GET', '/v1/jobs')).json.data).toEqual([])
  })

  it('shows a tenant its own jobs only', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    await a.world.submit()
    expect((await a.ask('GET', '/v1/jobs', { key })).json.data).toEqual([])
  })

  it('shows the operator its own tenant, another, or all; with tenant_id when asked for', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey()
    const { json: theirs } = await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })
    const ours = await a.world.submit()
    const tenantId = (await a.world.store.jobs.find(theirs.id))?.tenantId
    const list = async (query: string) => (await a.ask('GET', `/v1/jobs${query}`)).json.data
    expect(await list('')).toMatchObject([{ id: ours }])
    expect((await list(''))[0]).not.toHaveProperty('tenant_id')
    expect(await list(`?tenant=${tenantId}`)).toMatchObject([{ id: theirs.id, tenant_id: tenantId }])
    expect(await list('?tenant=*')).toMatchObject([
      { id: ours, tenant_id: 'tnt_default' },
      { id: theirs.id, tenant_id: tenantId },
    ])
  })

  it('answers 403 to a tenant that asks for another’s', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', '/v1/jobs?tenant=*', { key: await a.tenantKey() }))).toMatchObject({ status: 403 })
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'status=done',
    'created_after=yesterday',
    'cursor=garbled',
    'tenant=acme',
    'limit=1&limit=2',
    'q=1',
  ])('answers 422 to ?%s', async (query) => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', `/v1/jobs?${query}`))).toMatchObject({
      status: 422,
      code: 'invalid_request',
      pointers: [`?${query.split('=')[0]}`],
    })
  })

  it('answers 422 to the cursor of another list', async () => {
    await using a = await appWorld()
    await a.world.submit()
    await a.world.submit()
    const { next_cursor } = (await a.ask('GET', '/v1/jobs?limit=1')).json
    expect((await a.ask('GET', `/v1/jobs?cursor=${next_cursor}&tenant=*`)).status).toBe(422)
    expect((await a.ask('GET', `/v1/deliveries?cursor=${next_cursor}`)).status).toBe(422)
    expect((await a.ask('GET', `/v1/jobs?cursor=${next_cursor}`, { key: await a.tenantKey() })).status).toBe(422)
  })
})

describe('POST /v1/jobs/{id}/cancel', () => {
  it('answers 200 for a pending job, and again', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    for (let n = 0; n < 2; n += 1) {
      const answer = await a.ask('POST', `/v1/jobs/${id}/cancel`)
      expect(answer.status).toBe(200)
      expect(answer.json).toMatchObject({ id, status: 'canceled', cancel_requested: true })
    }
  })

  it('answers 202 with Retry-After when a running handler must stop first', async () => {
    await using a = await appWorld({ handlers: { deaf: () => new Promise(() => {}) } })
    a.world.work()
    const id = await a.world.submit({ type: 'deaf' })
    await a.world.clock.push(1000)
    await until('the job runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
    const answer = await a.ask('POST', `/v1/jobs/${id}/cancel`)
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ status: 'running', cancel_requested: true })
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  })

  it('answers 409 for a job that has ended otherwise', async () => {
    await using a = await appWorld()
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(1)
    expect(refusal(await a.ask('POST', `/v1/jobs/${id}/cancel`))).toMatchObject({ status: 409, code: 'already_finished' })
  })

  it('needs no body and heeds none', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    expect((await a.ask('POST', `/v1/jobs/${id}/cancel`, { body: 'not JSON' })).status).toBe(200)
  })
})
