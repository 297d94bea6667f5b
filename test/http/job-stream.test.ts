import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import type { Report } from '../../src/domain/progress.ts'
import { settle, until } from '../support/clock.ts'
import { ok } from '../support/world.ts'
import { refusal } from './app-world.ts'
import { type LiveWorld, liveWorld } from './live-world.ts'

/** A world whose one job runs until it is told to end, and reports what it is told. */
async function withJob() {
  let end = (_: RunOutcome) => {}
  let report = (_: Report) => {}
  const a = await liveWorld({
    handlers: {
      noop: (_run, _signal, tell) => {
        report = tell
        return new Promise((resolve) => (end = resolve))
      },
    },
  })
  const id = await a.world.submit()
  const start = async () => {
    a.world.work()
    await a.world.clock.push(100)
    await until('the job runs', async () => (await a.world.store.jobs.find(id))?.status === 'running')
  }
  const say = (percent: number) => report({ kind: 'progress', percent, message: null })
  return { ...a, id, start, say, end: (outcome = ok) => end(outcome), events: `/v1/jobs/${id}/events` }
}

const percents = (reader: { frames: { event: string; data: string }[] }) =>
  reader.frames.filter(({ event }) => event === 'progress').map(({ data }) => JSON.parse(data).progress.percent)

describe('GET /v1/jobs/{id}/events', () => {
  it('sends the job as it is at once, each change, and its end, and then ends', async () => {
    await using a = await withJob()
    const reader = await a.stream(a.events)
    const [first] = await reader.count(1)
    expect(first?.event).toBe('status')
    expect(JSON.parse(first?.data ?? '')).toEqual((await a.ask('GET', `/v1/jobs/${a.id}`)).json)
    await a.start()
    await reader.count(2)
    a.say(40)
    await a.world.clock.push(400)
    await reader.count(3)
    a.end()
    await reader.untilEnd()
    expect(reader.frames.map(({ event }) => event)).toEqual(['status', 'status', 'progress', 'completed'])
    expect(JSON.parse(reader.frames[2]?.data ?? '')).toEqual({
      id: a.id,
      progress: { percent: 40, stage: null, message: null, steps: [] },
      estimated_completion_at: null,
    })
    expect(JSON.parse(reader.frames[3]?.data ?? '')).toEqual((await a.ask('GET', `/v1/jobs/${a.id}`)).json)
    expect(a.world.live.count('job_stream')).toBe(0)
  })

  it('has the headers that pass it through proxies, and begins with the time to come back', async () => {
    await using a = await withJob()
    const reader = await a.stream(a.events, { headers: { 'accept-encoding': 'gzip, br' } })
    await reader.count(1)
    expect(reader.status).toBe(200)
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    expect(reader.headers['content-encoding']).toBeUndefined()
    expect(reader.text.startsWith('retry: 2000\n')).toBe(true)
  })

  it('tells at most four progresses a second, and never loses the last', async () => {
    await using a = await withJob()
    await a.start()
    const reader = await a.stream(a.events)
    await reader.count(1)
    for (let n = 1; n <= 100; n++) {
      a.say(n)
      await a.world.clock.push(20)
    }
    await a.world.clock.push(1000)
    await until('the last one', () => percents(reader).at(-1) === 100)
    expect(percents(reader).length).toBeGreaterThan(4)
    expect(percents(reader).length).toBeLessThanOrEqual(8 + 1)
  })

  it('sends to who comes back only what has changed since', async () => {
    await using a = await withJob()
    await a.start()
    const before = await a.stream(a.events)
    await before.count(1)
    before.close()
    const same = await a.stream(a.events, { headers: { 'last-event-id': before.lastId } })
    a.say(7)
    await a.world.clock.push(400)
    await same.count(1)
    expect(same.frames.map(({ event }) => event)).toEqual(['progress'])
    a.end()
    await same.untilEnd()
    const after = await a.stream(a.events, { headers: { 'last-event-id': before.lastId } })
    await after.untilEnd()
    expect(after.frames.map(({ event }) => event)).toEqual(['completed'])
  })

  it('answers 204 to who has seen the end, which stops a browser, and the end alone to everybody else', async () => {
    await using a = await withJob()
    await a.start()
    a.end()
    await until('it ended', async () => (await a.ask('GET', `/v1/jobs/${a.id}`)).json.status === 'completed')
    const reader = await a.stream(a.events)
    await reader.untilEnd()
    expect(reader.frames.map(({ event }) => event)).toEqual(['completed'])
    expect((await a.stream(a.events, { headers: { 'last-event-id': reader.lastId } })).status).toBe(204)
    const other = await a.stream(a.events, { headers: { 'last-event-id': reader.lastId.replace('job_', 'job_1') } })
    await other.count(1)
  })

  it('tells of a wish to cancel, and of a job that becomes overdue by itself', async () => {
    await using a = await withJob()
    a.world.runTimes.add('noop', 1_000)
    await a.start()
    const reader = await a.stream(a.events)
    await reader.count(1)
    await a.world.clock.push(2_500)
    await reader.count(2)
    expect(JSON.parse(reader.frames[1]?.data ?? '')).toMatchObject({ status: 'running', overdue: true })
    await a.ask('POST', `/v1/jobs/${a.id}/cancel`)
    await reader.count(3)
    expect(JSON.parse(reader.frames[2]?.data ?? '')).toMatchObject({ status: 'running', cancel_requested: true })
  })

  it('says something every 15 s, by one timer for all streams', async () => {
    await using a = await withJob()
    const idle = a.world.clock.pending()
    const first = await a.stream(a.events)
    await first.count(1)
    const withOne = a.world.clock.pending()
    const readers = await Promise.all(Array.from({ length: 20 }, () => a.stream(a.events)))
    await Promise.all(readers.map((reader) => reader.count(1)))
    expect(a.world.clock.pending()).toBe(withOne)
    await a.world.clock.push(15_500)
    for (const reader of readers) await until('a comment', () => reader.text.endsWith('\n\n:\n\n'))
    for (const reader of [first, ...readers]) reader.close()
    await until('all are gone', () => a.world.live.count('job_stream') === 0)
    expect(a.world.clock.pending()).toBe(idle)
  })

  it('refuses as the job does: 401, 403, 404, 410', async () => {
    await using a = await withJob()
    const other = await a.tenantKey()
    expect(refusal(await a.ask('GET', a.events, { key: null }))).toMatchObject({ status: 401 })
    expect(refusal(await a.ask('GET', a.events, { key: await a.tenantKey({ scopes: ['jobs:write'] }) }))).toMatchObject({ status: 403 })
    expect(refusal(await a.ask('GET', a.events, { key: other }))).toMatchObject({ status: 404, code: 'not_found' })
    expect(refusal(await a.ask('GET', '/v1/jobs/job_0/events'))).toMatchObject({ status: 404, code: 'not_found' })
    await a.start()
    a.end()
    await a.world.clock.push(1)
    await a.world.clock.push(31 * 24 * 3600_000)
    expect(refusal(await a.ask('GET', a.events))).toMatchObject({ status: 410, code: 'gone' })
  })

  it('answers HEAD with the headers alone', async () => {
    await using a = await withJob()
    const answer = await a.ask('HEAD', a.events)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    expect(a.world.live.count('job_stream')).toBe(0)
  })

  it('is ended when the service stops, and is not opened any more', async () => {
    await using a = await withJob()
    const reader = await a.stream(a.events)
    await reader.count(1)
    a.world.live.close()
    await reader.untilEnd()
    expect((await a.stream(a.events)).status).toBe(503)
  })

  it('never shows what only the operator may see', async () => {
    await using a = await withJob()
    await a.start()
    const reader = await a.stream(a.events)
    await reader.count(1)
    const internal = { name: 'Error', message: 'secret', stack: 'at x' }
    a.end({ kind: 'failed', failure: { code: 'handler_failed', message: 'm', retryable: false, details: null, internal } })
    await reader.untilEnd()
    expect((await a.ask('GET', `/v1/jobs/${a.id}`)).text).toContain('secret')
    expect(reader.text).not.toContain('secret')
  })

  it('takes 1,000 streams of a tenant, and refuses the next with 429', async () => {
    await using a = await withJob()
    crowd(a, 'tnt_default', 1_000)
    const answer = await a.stream(a.events)
    expect(answer.status).toBe(429)
    expect(answer.headers).toMatchObject({ 'retry-after': '5', 'ratelimit-policy': '"streams";q=1000' })
  })

  it('takes 10,000 streams of all tenants, and refuses the next with 503', async () => {
    await using a = await withJob()
    for (let n = 0; n < 10; n++) crowd(a, `tnt_${n}`, 1_000)
    const answer = await a.stream(a.events)
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('5')
    await settle()
  })
})

function crowd({ world }: Pick<LiveWorld, 'world'>, tenantId: string, count: number): void {
  const access = { keyId: null, expiresAt: null }
  for (let n = 0; n < count; n++) world.live.open({ kind: 'job_stream', tenantId, access, end() {}, check() {} })
}
