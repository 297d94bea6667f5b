import { describe, expect, it } from 'vitest'
import { MARK_AFTER_MS } from '../../src/lifecycle/jobs/run-job.ts'
import { until } from '../support/clock.ts'
import type { SseReader } from '../support/sse.ts'
import { ok } from '../support/world.ts'
import { refusal } from './app-world.ts'
import { type LiveWorld, liveWorld } from './live-world.ts'

const STREAM = '/v1/events/stream'

/** So many jobs are submitted and end. */
async function endJobs({ world }: LiveWorld, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await world.submit()
  await world.clock.push(MARK_AFTER_MS)
}

const feedIds = async (a: LiveWorld, query = '') =>
  (await a.ask('GET', `/v1/events?limit=100${query}`)).json.data.map(({ id }: { id: string }) => id)
const idsOf = (reader: SseReader) => reader.frames.map(({ id }) => id)

describe('GET /v1/events/stream', () => {
  it('begins now, names where it begins in an empty feed too, and sends each event as the feed has it', async () => {
    await using a = await liveWorld()
    a.world.work()
    const reader = await a.stream(STREAM)
    await until('the beginning', () => reader.lastId !== '')
    expect(reader.text).toMatch(/^retry: 2000\n\nid: evt_[0-9a-z]+\n\n$/)
    const beginning = reader.lastId
    await endJobs(a, 3)
    await reader.count(3)
    expect(idsOf(reader)).toEqual(await feedIds(a))
    const listed = (await a.ask('GET', '/v1/events')).text
    for (const { data } of reader.frames) expect(listed).toContain(data)
    expect(reader.frames[0]?.event).toBe('job.completed')
    // Cut before its first event, a reader goes on from where it began.
    const again = await a.stream(STREAM, { headers: { 'last-event-id': beginning } })
    await again.count(3)
    expect(idsOf(again)).toEqual(idsOf(reader))
  })

  it('begins behind `after`, and behind Last-Event-ID where both are given', async () => {
    await using a = await liveWorld()
    a.world.work()
    await endJobs(a, 4)
    const ids = await feedIds(a)
    const reader = await a.stream(`${STREAM}?after=${ids[0]}`)
    await reader.count(3)
    expect(reader.text).toContain(`id: ${ids[0]}\n\n`)
    expect(idsOf(reader)).toEqual(ids.slice(1))
    const browser = await a.stream(`${STREAM}?after=${ids[0]}`, { headers: { 'last-event-id': ids[2] } })
    await browser.count(1)
    expect(idsOf(browser)).toEqual(ids.slice(3))
  })

  it('sends only the types asked for, and lets its reader know how far it has come', async () => {
    await using a = await liveWorld({ handlers: { noop: () => ok } })
    const reader = await a.stream(`${STREAM}?types=job.canceled`)
    const canceled = await a.world.submit()
    await a.ask('POST', `/v1/jobs/${canceled}/cancel`)
    await reader.count(1)
    a.world.work()
    await endJobs(a, 2)
    await a.world.clock.push(16_000)
    const last = (await feedIds(a)).at(-1)
    await until('the position', () => reader.lastId === last)
    expect(reader.frames.map(({ event }) => event)).toEqual(['job.canceled'])
  })

  it('shows a tenant its own events alone, and the operator all of them with tenant=*', async () => {
    await using a = await liveWorld()
    a.world.work()
    const key = await a.tenantKey()
    const own = await a.stream(STREAM, { key })
    const all = await a.stream(`${STREAM}?tenant=*`)
    await until('both began', () => own.lastId !== '' && all.lastId !== '')
    await endJobs(a, 1)
    await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })
    await a.world.clock.push(MARK_AFTER_MS)
    await all.count(2)
    await own.count(1)
    expect(JSON.parse(all.frames[1]?.data ?? '').tenant_id).toMatch(/^tnt_/)
    expect(JSON.parse(own.frames[0]?.data ?? '')).not.toHaveProperty('tenant_id')
    expect(idsOf(own)).toEqual(idsOf(all).slice(1))
    expect(refusal(await a.ask('GET', `${STREAM}?tenant=*`, { key }))).toMatchObject({ status: 403 })
  })

  it('puts a line break of a kept result on a further line', async () => {
    const result = { kind: 'json', bytes: Buffer.from('{\n"a": 1,\r\n"b": 2\r}') } as const
    await using a = await liveWorld({ handlers: { noop: () => ({ kind: 'completed', result }) } })
    a.world.work()
    const reader = await a.stream(STREAM)
    await endJobs(a, 1)
    const [frame] = await reader.count(1)
    expect(JSON.parse(frame?.data ?? '').data.result).toEqual({ a: 1, b: 2 })
    expect(reader.text).not.toContain('\r')
  })

  it.each([
    ['?types=job.exploded', {}, 422],
    ['?after=17', {}, 422],
    ['', { 'last-event-id': 'nonsense' }, 422],
    ['?color=red', {}, 422],
    ['?after=evt_019b76daa800700080000000000000ff', {}, 404],
    ['?after=evt_0000000000007000800000000000000f', {}, 410],
    ['', { 'last-event-id': 'evt_0000000000007000800000000000000f' }, 410],
  ])('refuses %j with the headers %j: %d', async (query, headers, status) => {
    await using a = await liveWorld()
    expect(refusal(await a.ask('GET', `${STREAM}${query}`, { headers: headers as Record<string, string> })).status).toBe(status)
  })

  it('needs the scope callbacks:read', async () => {
    await using a = await liveWorld()
    expect((await a.ask('GET', STREAM, { key: await a.tenantKey({ scopes: ['jobs:read'] }) })).status).toBe(403)
  })

  it('goes on where it was when the store was away for a while', async () => {
    await using a = await liveWorld()
    a.world.work()
    const reader = await a.stream(STREAM)
    await until('the beginning', () => reader.lastId !== '')
    const { feed } = a.world.store.events
    const { StoreUnavailable } = await import('../../src/ports/store.ts')
    a.world.store.events.feed = () => Promise.reject(new StoreUnavailable('busy', 'busy'))
    await endJobs(a, 2)
    a.world.store.events.feed = feed
    await a.world.clock.push(6_000)
    await reader.count(2)
    expect(idsOf(reader)).toEqual(await feedIds(a))
  })

  it('ends a reader that falls behind, which then goes on from its last id and has missed nothing', async () => {
    const result = { kind: 'json', bytes: Buffer.from(JSON.stringify('x'.repeat(60_000))) } as const
    await using a = await liveWorld({ handlers: { noop: () => ({ kind: 'completed', result }) } })
    a.world.work()
    const slow = await a.stream(STREAM)
    await until('the beginning', () => slow.lastId !== '')
    const [, from] = /id: (evt_\w+)/.exec(slow.text) ?? []
    slow.pause()
    for (let n = 0; n < 30; n++) await endJobs(a, 10)
    // What was sent stands still, so it is cut off after 10 s of silence.
    for (let n = 0; n < 25; n++) await a.world.clock.push(1_000)
    expect(a.world.live.count('feed_stream')).toBe(0)
    slow.resume()
    await slow.untilEnd()
    const next = await a.stream(`${STREAM}?after=${from}`, { headers: slow.frames.length > 0 ? { 'last-event-id': slow.lastId } : {} })
    await next.count(300 - slow.frames.length)
    expect([...idsOf(slow), ...idsOf(next)]).toHaveLength(300)
    expect(new Set([...idsOf(slow), ...idsOf(next)]).size).toBe(300)
  })
})
