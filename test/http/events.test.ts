import { describe, expect, it } from 'vitest'
import { purge } from '../../src/lifecycle/engine/purge.ts'
import { FeedEvent } from '../../src/wire/schemas/event.ts'
import { settle, until } from '../support/clock.ts'
import { hook } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

/** A world in which so many jobs have ended. */
async function afterJobs(count: number) {
  const a = await appWorld({ settings: { retentionMs: 3600_000 } })
  a.world.work()
  for (let n = 0; n < count; n++) await a.world.submit({ callback: hook })
  await until('all are delivered', () => a.world.sent.length === count)
  return a
}

const feed = async (a: AppWorld, query = '', ask = {}) => (await a.ask('GET', `/v1/events${query}`, ask)).json

describe('GET /v1/events', () => {
  it('shows each event with the very bytes of its callback', async () => {
    await using a = await afterJobs(1)
    const { text, json } = await a.ask('GET', '/v1/events')
    const [sent] = a.world.sent
    expect(FeedEvent.strict().parse(json.data[0])).toEqual(json.data[0])
    expect(json).toMatchObject({ data: [{ id: sent?.headers['webhook-id'], type: 'job.completed' }], has_more: false, next_cursor: null })
    expect(json.data[0].job_id).toBe(json.data[0].data.id)
    expect(text).toContain(
      Buffer.from(sent?.body ?? [])
        .toString()
        .slice(1),
    )
  })

  it('goes on after an event, oldest first, as `next_cursor` and `Link` say', async () => {
    await using a = await afterJobs(5)
    const first = await a.ask('GET', '/v1/events?limit=2')
    expect(first.json).toMatchObject({ has_more: true, next_cursor: first.json.data[1].id })
    expect(first.headers.get('link')).toBe(`<http://ringback.test/v1/events?limit=2&after=${first.json.data[1].id}>; rel="next"`)
    const rest = await feed(a, `?after=${first.json.next_cursor}`)
    expect([...first.json.data, ...rest.data].map(({ id }) => id)).toEqual(a.world.sent.map(({ headers }) => headers['webhook-id']))
    expect(await feed(a, `?after=${rest.data.at(-1).id}`)).toEqual({ data: [], has_more: false, next_cursor: null })
  })

  it('shows one’s own, and everybody’s with `tenant_id` to the operator only', async () => {
    await using a = await afterJobs(1)
    const key = await a.tenantKey()
    expect((await feed(a, '', { key })).data).toEqual([])
    expect((await feed(a, '?tenant=*')).data).toMatchObject([{ tenant_id: 'tnt_default' }])
    expect((await a.ask('GET', '/v1/events?tenant=*', { key })).status).toBe(403)
  })

  it('answers 410 `cursor_expired` to a purged `after`', async () => {
    await using a = await afterJobs(1)
    const [event] = (await feed(a)).data
    await a.world.clock.push(3601_000)
    await purge(a.world)
    expect(refusal(await a.ask('GET', `/v1/events?after=${event.id}`))).toMatchObject({ status: 410, code: 'cursor_expired' })
  })

  it('answers another tenant’s `after` with the very bytes of an unknown one: 404', async () => {
    await using a = await afterJobs(1)
    const key = await a.tenantKey()
    const [event] = (await feed(a)).data
    const ask = async (id: string) => {
      const answer = await a.ask('GET', `/v1/events?after=${id}`, { key })
      return { status: answer.status, text: answer.text.replace(/"req_[0-9a-z]+"/, '"req"'), headers: Object.fromEntries(answer.headers) }
    }
    const theirs = await ask(event.id)
    expect(theirs.status).toBe(404)
    expect(await ask(a.world.ids.next('evt'))).toEqual(theirs)
  })

  it('begins at the end with `after=latest`, and goes on from the cursor it gives, in an empty feed too', async () => {
    for (const jobs of [0, 2]) {
      await using a = await afterJobs(jobs)
      const latest = await a.ask('GET', '/v1/events?after=latest')
      expect(latest.json).toEqual({ data: [], has_more: false, next_cursor: expect.stringMatching(/^evt_/) })
      expect(latest.headers.get('link')).toBeNull()
      expect(await feed(a, `?after=${latest.json.next_cursor}`)).toMatchObject({ data: [], has_more: false })
      const id = await a.world.submit()
      await until('its event is there', async () => (await feed(a)).data.length === jobs + 1)
      expect((await feed(a, `?after=${latest.json.next_cursor}`)).data).toMatchObject([{ job_id: id }])
      await a.world.clock.push(3601_000)
      await purge(a.world)
      expect((await a.ask('GET', `/v1/events?after=${latest.json.next_cursor}`)).status).toBe(410)
    }
  })

  it.each(['', '&tenant=*', '&types=job.completed'])('with `wait` holds an empty answer until there is an event: %j', async (query) => {
    await using a = await afterJobs(1)
    let answered = false
    const asked = a.ask('GET', `/v1/events?after=latest&wait=30${query}`).finally(() => (answered = true))
    await settle()
    expect(answered).toBe(false)
    const id = await a.world.submit()
    await a.world.clock.push(20)
    expect((await asked).json).toMatchObject({ data: [{ job_id: id }], has_more: false, next_cursor: null })
  })

  it('with `wait` answers at once where events are, and empty when the time is up', async () => {
    await using a = await afterJobs(1)
    expect((await feed(a, '?wait=60')).data).toHaveLength(1)
    const asked = feed(a, '?after=latest&wait=100000')
    await a.world.clock.push(60_000)
    expect(await asked).toMatchObject({ data: [], has_more: false })
    expect(a.world.waiters.count).toBe(0)
  })

  it('filters by type, and moves its cursor past the others', async () => {
    await using a = await afterJobs(3)
    expect((await feed(a, '?types=job.completed')).data).toHaveLength(3)
    const none = await feed(a, '?types=job.failed,endpoint.disabled')
    const all = await feed(a)
    expect(none).toEqual({ data: [], has_more: false, next_cursor: all.data.at(-1).id })
    expect(await feed(a, `?types=job.failed&after=${none.next_cursor}`)).toEqual({ data: [], has_more: false, next_cursor: null })
    expect(await feed(a, '?types=job.completed&limit=2')).toMatchObject({ has_more: true, next_cursor: all.data[1].id })
  })

  it.each([
    'types=job.done',
    'types=',
    'types=job.completed,',
    'wait=-1',
    'wait=',
    'wait=x',
    'after=newest',
    'after=7',
    'after=job_0',
    'limit=0',
    'limit=101',
    'cursor=x',
  ])('answers 422 to ?%s', async (query) => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', `/v1/events?${query}`))).toMatchObject({ status: 422, pointers: [`?${query.split('=')[0]}`] })
  })

  it('answers 403 to a key that may not read callbacks', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ scopes: ['jobs:read'] })
    expect((await a.ask('GET', '/v1/events', { key })).status).toBe(403)
  })
})
