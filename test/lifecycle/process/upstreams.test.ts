import { describe, expect, it } from 'vitest'
import type { JobFailure, RunOutcome } from '../../../src/domain/job-outcome.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { upstreamDestination } from '../../../src/domain/upstream.ts'
import { reclaim } from '../../../src/lifecycle/engine/reclaim.ts'
import { sweep } from '../../../src/lifecycle/engine/sweep.ts'
import { cancelJob } from '../../../src/lifecycle/jobs/cancel-job.ts'
import { createTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import { until } from '../../support/clock.ts'
import { ok, type TestWorld, type TestWorldOptions, testWorld } from '../../support/world.ts'

const ORIGIN = 'http://upstream.example'
const failure: JobFailure = { code: 'upstream_unreachable', message: 'No answer.', retryable: true, details: null }
const unanswered: RunOutcome = { kind: 'unanswered', failure }

/** An upstream that is there or not, and a handler beside it. */
async function withUpstream(options: TestWorldOptions = {}) {
  const upstream = { away: true, calls: 0, answer: (): RunOutcome | Promise<RunOutcome> => ok }
  const call = () => {
    upstream.calls += 1
    return upstream.away ? unanswered : upstream.answer()
  }
  const world = await testWorld({
    handlers: { up: call, also: call, noop: () => ok },
    ...options,
    types: { up: { upstream: ORIGIN }, also: { upstream: ORIGIN }, ...options.types },
  })
  return { world, upstream }
}

async function submitMany(w: TestWorld, count: number, type = 'up'): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push(await w.submit({ type }))
  return ids
}

async function jobsOf(w: TestWorld, ids: readonly string[]) {
  return Promise.all(ids.map(async (id) => await w.store.jobs.find(id)))
}

/** The sweep comes every four seconds, as in the service. */
async function pass(w: TestWorld, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 4) {
    await w.clock.push(Math.min(4, left) * 1_000)
    await sweep(w)
  }
}

describe.each([
  ['held in memory', true],
  ['from the store', false],
])('an upstream that answers nothing (jobs %s)', (_, localQueues) => {
  it('costs no attempt: every job completes in its first one when the upstream is back', async () => {
    const { world, upstream } = await withUpstream({ localQueues })
    await using w = world
    w.work()
    const ids = await submitMany(w, 40)
    await pass(w, 8)
    expect((await jobsOf(w, ids)).every((job) => job?.status === 'pending' && job.attempt === 0)).toBe(true)
    upstream.away = false
    await pass(w, 24)
    expect(await jobsOf(w, ids)).toEqual(ids.map(() => expect.objectContaining({ status: 'completed', attempt: 1, waitingSince: null })))
  })

  it('is asked by one probe at a time, and other types, tenants and later jobs run on unhindered', async () => {
    const { world, upstream } = await withUpstream({ localQueues, settings: { job: { concurrency: 8 } } })
    await using w = world
    const tenant = await createTenant(w, { name: 'other', limits: {} })
    w.work()
    await submitMany(w, 60)
    await submitMany(w, 20, 'also')
    await pass(w, 20)
    const before = upstream.calls
    const others = [...(await submitMany(w, 20, 'noop')), await w.submit({ type: 'noop', tenantId: tenant.id })]
    await until('they ran', async () => (await jobsOf(w, others)).every((job) => job?.status === 'completed'))
    expect(upstream.calls).toBe(before)
    const later = await w.submit({ type: 'noop', runAt: w.clock.now() + 1_500 })
    await w.clock.push(1_500)
    await until('it ran at its time', async () => (await w.store.jobs.find(later))?.status === 'completed')
    await pass(w, 120)
    expect(upstream.calls - before).toBeLessThanOrEqual(20)
  })

  it('is waited for until the patience is over; then its jobs spend their attempts and fail', async () => {
    const { world, upstream } = await withUpstream({ localQueues, settings: { job: { upstreamPatienceMs: 30_000 } } })
    await using w = world
    w.work()
    const ids = await submitMany(w, 30)
    await pass(w, 28)
    expect((await jobsOf(w, ids)).every((job) => job?.status === 'pending' && job.attempt === 0)).toBe(true)
    await pass(w, 32)
    expect(await jobsOf(w, ids)).toEqual(ids.map(() => expect.objectContaining({ status: 'failed', attempt: 3, error: failure })))
    const late = await w.submit({ type: 'up' })
    await pass(w, 20)
    expect(await w.store.jobs.find(late)).toMatchObject({ status: 'pending', attempt: 0 })
    upstream.away = false
    await pass(w, 40)
    expect(await w.store.jobs.find(late)).toMatchObject({ status: 'completed', attempt: 1 })
  })

  it('leaves its waiting jobs to a cancel', async () => {
    const { world } = await withUpstream({ localQueues })
    await using w = world
    w.work()
    const ids = await submitMany(w, 10)
    await pass(w, 8)
    for (const id of ids) expect(await cancelJob(w, { tenantId: DEFAULT_TENANT_ID }, id)).toMatchObject({ canceled: true })
    expect((await jobsOf(w, ids)).every((job) => job?.status === 'canceled')).toBe(true)
  })
})

describe('an upstream', () => {
  it('that is away at a restart is still known as such, and its jobs go on waiting since the first time', async () => {
    const { world } = await withUpstream()
    await using w = world
    w.work()
    const ids = await submitMany(w, 10)
    await pass(w, 8)
    const before = await jobsOf(w, ids)
    await w.queue.stop()
    const { world: next, upstream } = await withUpstream({ store: w.disk, clock: w.clock })
    await reclaim(next, [next.identity.current()])
    upstream.away = true
    next.work()
    await sweep(next)
    await pass(next, 8)
    expect(upstream.calls).toBeLessThanOrEqual(2)
    const waitingSince = before.map((job) => job?.waitingSince ?? null)
    const after = await jobsOf(next, ids)
    expect(after.map((job, n) => (waitingSince[n] === null ? null : (job?.waitingSince ?? null)))).toEqual(waitingSince)
    upstream.away = false
    await pass(next, 40)
    expect(await jobsOf(next, ids)).toEqual(ids.map(() => expect.objectContaining({ status: 'completed', attempt: 1 })))
    await next.queue.close()
  })

  it('that comes and goes costs its jobs no attempt either', async () => {
    const { world, upstream } = await withUpstream({ settings: { job: { concurrency: 4 } } })
    await using w = world
    w.work()
    const ids = await submitMany(w, 40)
    for (let turn = 0; turn < 30; turn++) {
      upstream.away = turn % 2 === 0
      await pass(w, 4)
    }
    expect(await jobsOf(w, ids)).toEqual(ids.map(() => expect.objectContaining({ status: 'completed', attempt: 1 })))
  })

  it('that answers, however badly, costs attempts as ever, and 503 makes its limit smaller', async () => {
    const { world, upstream } = await withUpstream()
    await using w = world
    upstream.away = false
    upstream.answer = () => ({ kind: 'failed', failure: { ...failure, code: 'upstream_failed' }, health: 'busy' })
    w.work()
    const id = await w.submit({ type: 'up' })
    await pass(w, 8)
    expect(await w.store.jobs.find(id)).toMatchObject({ status: 'failed', attempt: 3 })
    expect((await w.store.destinations.find(upstreamDestination(ORIGIN)))?.limit).toBeLessThan(12)
  })

  it('may hold three quarters of the slots where other types need some, and all of them otherwise', async () => {
    const forEver = () => new Promise<RunOutcome>(() => {})
    const { world, upstream } = await withUpstream({ settings: { job: { concurrency: 8 } } })
    await using w = world
    upstream.away = false
    upstream.answer = forEver
    w.work()
    await submitMany(w, 20)
    await until('its share is taken', () => upstream.calls === 6)
    const id = await w.submit({ type: 'noop' })
    await until('another type ran', async () => (await w.store.jobs.find(id))?.status === 'completed')
    expect(upstream.calls).toBe(6)

    await using alone = await testWorld({
      handlers: { up: forEver },
      types: { up: { upstream: ORIGIN } },
      settings: { job: { concurrency: 8 } },
    })
    alone.work()
    await submitMany(alone, 20)
    await until('all slots are taken', () => alone.runs.runningOfType('up') === 8)
  })

  it('whose probe is under way for longer than any connect takes is well: the others need not wait for its answer', async () => {
    const { world, upstream } = await withUpstream()
    await using w = world
    w.work()
    const ids = await submitMany(w, 10)
    await until('the breaker is open', async () => (await w.store.destinations.find(upstreamDestination(ORIGIN)))?.openUntil)
    upstream.away = false
    upstream.answer = () => new Promise((resolve) => w.clock.after(600_000, () => resolve(ok)))
    await pass(w, 4)
    expect(w.runs.runningOfType('up')).toBe(1)
    await pass(w, 180)
    expect(w.runs.runningOfType('up')).toBe(ids.length)
  })

  it('is no destination of a tenant', () => {
    expect(upstreamDestination(ORIGIN)).not.toMatch(/^tnt_/)
  })
})
