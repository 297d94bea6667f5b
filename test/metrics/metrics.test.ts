import { describe, expect, it } from 'vitest'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import { changeEndpoint } from '../../src/lifecycle/endpoints/change-endpoint.ts'
import { createEndpoint } from '../../src/lifecycle/endpoints/create-endpoint.ts'
import { readiness } from '../../src/lifecycle/engine/readiness.ts'
import { createTenant } from '../../src/lifecycle/tenants/tenants.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { StoreUnavailable } from '../../src/ports/store.ts'
import { testClock, until } from '../support/clock.ts'
import { figuresOf, seriesOf } from '../support/figures.ts'
import { answered, hook, ok, type TestWorldOptions, testWorld } from '../support/world.ts'

const failed = { kind: 'failed', failure: { code: 'no', message: 'no', retryable: false, details: null } } as const

/** A world whose store and executor are watched. */
async function watched(options: TestWorldOptions = {}) {
  const metrics = createMetrics('1.2.3')
  const clock = testClock()
  const world = await testWorld({ ...options, clock })
  world.store.commit = metrics.watchStore({ ...world.disk }).commit
  world.executor = metrics.watchExecutor(world.executor, clock)
  const text = () => metrics.text({ ...world, readiness: () => readiness(world, false) })
  const read = async (name: string) => seriesOf(figuresOf(await text()), `ringback_${name}`)
  return { world, metrics, text, read, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

describe('what is open', () => {
  it('is every stream and socket that is open, by kind', async () => {
    await using w = await watched()
    const one = { tenantId: DEFAULT_TENANT_ID, access: { keyId: null, expiresAt: null }, end() {}, check() {} }
    w.world.live.open({ ...one, kind: 'socket' })
    const leave = w.world.live.open({ ...one, kind: 'job_stream' })
    expect(await w.read('live_connections')).toEqual({ '{kind="job_stream"}': 1, '{kind="socket"}': 1 })
    leave()
    expect(await w.read('live_connections')).toEqual({ '{kind="socket"}': 1 })
  })
})

describe('what is counted', () => {
  it('is every job by type and end, every try by outcome, every dead letter by reason, each once', async () => {
    await using w = await watched({ handlers: { good: () => ok, bad: () => failed } })
    const outcomes = [503, 200, 410]
    w.world.answer = () => answered(outcomes.shift() ?? 200)
    w.world.work()
    await w.world.submit({ type: 'good', callback: hook })
    await w.world.submit({ type: 'bad' })
    await until('the first try failed', () => w.world.sent.length === 1)
    await w.world.clock.push(5_000)
    await w.world.submit({ type: 'good', callback: hook })
    await until('the third try was made', () => w.world.sent.length === 3)
    await w.world.clock.push(0)

    expect(await w.read('jobs_submitted_total')).toEqual({ '{type="good"}': 2, '{type="bad"}': 1 })
    expect(await w.read('jobs_ended_total')).toEqual({ '{type="good",status="completed"}': 2, '{type="bad",status="failed"}': 1 })
    expect(await w.read('callback_attempts_total')).toEqual({ '{outcome="2xx"}': 1, '{outcome="4xx"}': 1, '{outcome="5xx"}': 1 })
    expect(await w.read('callback_attempt_seconds_count')).toEqual({ '': 3 })
    expect(await w.read('dead_letters_total')).toEqual({ '{reason="gone"}': 1 })
  })

  it('is a dead letter also when it was made for an endpoint that is disabled', async () => {
    await using w = await watched()
    const input = { tenantId: DEFAULT_TENANT_ID, url: hook.url, events: ['job.completed'] as const, description: null, headers: {} }
    const { endpoint } = await createEndpoint(w.world, input)
    await changeEndpoint(w.world, { tenantId: DEFAULT_TENANT_ID }, endpoint.id, { status: 'disabled' })
    w.world.work()
    await w.world.submit()
    await w.world.clock.push(0)
    expect(await w.read('dead_letters_total')).toEqual({ '{reason="endpoint_disabled"}': 1 })
  })

  it('is nothing that was not written: a guard that missed, a store that refused', async () => {
    await using w = await watched()
    const id = await w.world.submit()
    const job = await w.world.disk.jobs.find(id)
    if (job?.status !== 'pending') throw new Error('not pending')
    const { dueAt: _due, lease: _lease, error: _error, ...core } = job
    const canceled = { ...core, status: 'canceled', finishedAt: 1, version: 9 } as const
    expect(await w.world.store.commit([{ write: 'updateJob', job: canceled }])).toBe(false)
    await w.world.disk.close()
    await expect(w.world.store.commit([{ write: 'updateJob', job: canceled }])).rejects.toBeInstanceOf(StoreUnavailable)
    expect(await w.read('jobs_ended_total')).toEqual({})
  })

  it('is the time a run took, and the size and time of a transaction', async () => {
    let end = () => {}
    await using w = await watched({ handlers: { slow: () => new Promise((resolve) => (end = () => resolve(ok))) } })
    w.world.work()
    await w.world.submit({ type: 'slow' })
    await until('it runs', async () => (await w.read('jobs_running'))['{type="slow"}'] === 1)
    await w.world.clock.push(2_500)
    end()
    await until('it has run', async () => (await w.read('jobs_running'))['{type="slow"}'] === undefined)
    expect(await w.read('job_run_seconds_sum')).toEqual({ '{type="slow"}': 2.5 })

    w.metrics.group({ members: 40, ms: 3 })
    expect(await w.read('commit_changes_sum')).toEqual({ '': 40 })
    expect(await w.read('commit_seconds_sum')).toEqual({ '': 0.003 })
  })

  it('has as many series with a hundred tenants and a strange job type as before, and tells none of them', async () => {
    await using w = await watched()
    const series = async () => [...figuresOf(await w.text()).keys()].filter((name) => name.startsWith('ringback_'))
    const before = await series()
    for (let n = 0; n < 100; n++) {
      const { id: tenantId } = await createTenant(w.world, { name: 'partner', limits: {} })
      await w.world.submit({ tenantId, callback: { ...hook, url: `https://canary-${n}.example/hooks` } })
    }
    const job = await w.world.disk.jobs.find(await w.world.submit())
    if (job?.status !== 'pending') throw new Error('not pending')
    const strange = { ...job, id: 'job_0', type: 'canary.type' }
    await w.world.store.commit([{ write: 'insertJob', job: strange, payload: Buffer.from('1') }])
    const after = await series()
    expect(after.filter((name) => !before.includes(name))).toEqual(['ringback_jobs_submitted_total{type="other"}'])
    expect(await w.text()).not.toMatch(/canary|tnt_|job_0/)
  })
})

describe('what is looked up', () => {
  it('is what waits and for how long', async () => {
    await using w = await watched()
    await w.world.submit()
    await w.world.submit({ runAt: w.world.clock.now() + 60_000 })
    await w.world.clock.push(7_000)
    expect(await w.read('queue_due')).toEqual({ '{kind="job"}': 1 })
    expect(await w.read('queue_later')).toEqual({ '{kind="job"}': 1 })
    expect(await w.read('oldest_waiting_seconds')).toEqual({ '{kind="job"}': 7 })
    expect(await w.read('ready')).toEqual({ '': 1 })
  })

  it('leaves out what the store cannot tell, says that it is not ready, and counts on', async () => {
    await using w = await watched()
    await w.world.submit()
    expect([...figuresOf(await w.text()).keys()]).toContain('ringback_queue_due{kind="job"}')
    await w.world.disk.close()
    const figures = figuresOf(await w.text())
    expect(seriesOf(figures, 'ringback_jobs_submitted_total')).toEqual({ '{type="noop"}': 1 })
    expect(figures.get('ringback_ready')).toBe(0)
    expect([...figures.keys()].filter((name) => /queue_due|oldest_waiting|breakers/.test(name))).toEqual([])
  })
})
