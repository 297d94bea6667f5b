import { describe, expect, it } from 'vitest'
import { reclaim } from '../../../src/lifecycle/engine/reclaim.ts'
import { sweep } from '../../../src/lifecycle/engine/sweep.ts'
import { MARK_AFTER_MS } from '../../../src/lifecycle/jobs/run-job.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, ok, type TestWorld, type TestWorldOptions, testWorld } from '../../support/world.ts'

/** A process that is killed: nothing it would still do reaches the store, and it takes no more turns. */
function crash(w: TestWorld): void {
  void w.queue.stop()
  w.store = { ...w.store, commit: () => new Promise(() => {}) }
}

/** A new process over what the old one left in the store. */
async function restart(w: TestWorld, options: TestWorldOptions = {}): Promise<TestWorld> {
  const next = await testWorld({ ...options, store: w.disk, clock: w.clock })
  await reclaim(next, [next.identity.current()])
  await sweep(next)
  next.work()
  return next
}

describe('a restart after a crash', () => {
  it('runs what was only held in memory, with no attempt spent', async () => {
    await using w = await testWorld()
    const id = await w.submit()
    crash(w)
    const next = await restart(w)
    await until('it completed', async () => (await next.store.jobs.find(id))?.status === 'completed')
    expect((await next.store.jobs.find(id))?.attempt).toBe(1)
  })

  it('spends an attempt of a job whose worker vanished, and fails it with `worker_lost` when none is left', async () => {
    const stuck: TestWorldOptions = { handlers: { noop: () => new Promise(() => {}) } }
    await using first = await testWorld(stuck)
    first.work()
    const id = await first.submit({ maxAttempts: 2, callback: hook })
    await first.clock.push(MARK_AFTER_MS)
    expect(await first.store.jobs.find(id)).toMatchObject({ status: 'running', attempt: 1 })
    crash(first)

    const second = await restart(first, stuck)
    await until('it runs again', async () => (await second.store.jobs.find(id))?.attempt === 2)
    crash(second)

    const third = await restart(second, stuck)
    await until('it failed', async () => (await third.store.jobs.find(id))?.status === 'failed')
    expect(await third.store.jobs.find(id)).toMatchObject({ attempt: 2, error: { code: 'worker_lost' } })
    await until('it is announced', () => third.sent.length === 1)
  })

  it('cancels a running job whose cancel was requested before the crash', async () => {
    await using w = await testWorld({ handlers: { noop: () => new Promise(() => {}) } })
    w.work()
    const id = await w.submit()
    await until('it runs', () => w.runs.get(id))
    await w.runs.get(id)?.cancel()
    crash(w)
    const next = await restart(w)
    expect((await next.store.jobs.find(id))?.status).toBe('canceled')
  })

  it('sends again what was in flight, under the same webhook-id', async () => {
    await using w = await testWorld()
    w.answer = () => new Promise(() => {})
    w.work()
    await w.submit({ callback: hook })
    await until('it was sent', () => w.sent.length === 1)
    crash(w)
    const next = await restart(w)
    next.answer = () => answered(200)
    await until('it was sent again', () => next.sent.length === 1)
    expect(next.sent[0]?.headers['webhook-id']).toBe(w.sent[0]?.headers['webhook-id'])
  })

  it('goes on with what waited for its next attempt', async () => {
    let runs = 0
    const handlers: TestWorldOptions = {
      handlers: {
        noop: () => (++runs === 1 ? { kind: 'failed', failure: { code: 'x', message: 'x', retryable: true, details: null } } : ok),
      },
    }
    await using w = await testWorld(handlers)
    w.work()
    const id = await w.submit()
    await until('it failed once', async () => (await w.store.jobs.find(id))?.attempt === 1)
    crash(w)
    const next = await restart(w, handlers)
    await next.clock.push(999)
    expect(runs).toBe(1)
    await next.clock.push(1)
    await until('it completed', async () => (await next.store.jobs.find(id))?.status === 'completed')
  })
})
