import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import { sweep } from '../../../src/lifecycle/engine/sweep.ts'
import { createTenant, updateTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import { until } from '../../support/clock.ts'
import { ok, testWorld } from '../../support/world.ts'
import { countRuns } from './count-runs.ts'

describe('turns of job lanes', () => {
  for (const localQueues of [true, false]) {
    it(`runs the higher priority first, then the older (${localQueues ? 'held in memory' : 'from the store'})`, async () => {
      const order: string[] = []
      await using w = await testWorld({
        handlers: { noop: (run) => (order.push(run.jobId), ok) },
        settings: { job: { concurrency: 1 } },
        localQueues,
      })
      const low = await w.submit({ priority: -5 })
      const first = await w.submit()
      const second = await w.submit()
      const high = await w.submit({ priority: 100 })
      w.work()
      await until('all ran', () => order.length === 4)
      expect(order).toEqual([high, first, second, low])
    })
  }

  it('lets a higher priority pass a lane that overflowed into the store', async () => {
    const order: number[] = []
    await using w = await testWorld({
      handlers: { noop: (run) => (order.push(Number(run.metadata.n)), ok) },
      settings: { job: { concurrency: 1 } },
    })
    for (let n = 0; n < 100; n++) await w.submit({ metadata: { n: String(n) } })
    await w.submit({ priority: 1, metadata: { n: '100' } })
    w.work()
    await until('all ran', () => order.length === 101)
    expect(order).toEqual([100, ...Array.from({ length: 100 }, (_, n) => n)])
  })

  it('takes tenants in turns: a thousand jobs of one do not hold up another', async () => {
    const order: string[] = []
    const ends: (() => void)[] = []
    await using w = await testWorld({
      handlers: { noop: (run) => new Promise((resolve) => (order.push(run.metadata.of ?? ''), ends.push(() => resolve(ok)))) },
      settings: { job: { concurrency: 2 } },
    })
    const quiet = await createTenant(w, { name: 'quiet', limits: {} })
    for (let n = 0; n < 200; n++) await w.submit({ metadata: { of: 'noisy' } })
    w.work()
    await until('the noisy one holds its share of the slots', () => ends.length === 1)
    await w.submit({ tenantId: quiet.id, metadata: { of: 'quiet' } })
    await until('the quiet one began', () => ends.length === 2)
    expect(order).toEqual(['noisy', 'quiet'])
    for (let n = 0; n < 201; n++) (await until('the next one began', () => ends[n]))()
    await until('all ended', async () => (await w.store.tenants.countJobs(quiet.id, 'pending', 1)) === 0 && order.length === 201)
  })

  it('runs at most `running_jobs` of a tenant at a time', async () => {
    const ends: ((outcome: RunOutcome) => void)[] = []
    await using w = await testWorld({ handlers: { noop: () => new Promise((resolve) => ends.push(resolve)) } })
    const tenant = await createTenant(w, { name: 'small', limits: {} })
    await updateTenant(w, tenant.id, { limits: { running_jobs: 1 } })
    w.work()
    for (let n = 0; n < 3; n++) await w.submit({ tenantId: tenant.id })
    await until('the first began', () => ends[0])
    await w.clock.push(100)
    expect(ends).toHaveLength(1)
    ends[0]?.(ok)
    await until('the second began', () => ends[1])
    await w.clock.push(100)
    expect(ends).toHaveLength(2)
    ends[1]?.(ok)
    ;(await until('the third began', () => ends[2]))(ok)
  })

  it('waits for `run_at`, and keeps the order of due times', async () => {
    const order: string[] = []
    await using w = await testWorld({ handlers: { noop: (run) => (order.push(run.metadata.n ?? ''), ok) } })
    w.work()
    await w.submit({ runAt: w.clock.now() + 60_000, metadata: { n: 'later' } })
    await w.submit({ runAt: w.clock.now() - 60_000, metadata: { n: 'past' } })
    await until('the past one ran', () => order.length === 1)
    await w.clock.push(59_999)
    expect(order).toEqual(['past'])
    await w.clock.push(1)
    await until('the later one ran', () => order.length === 2)
  })

  it('finds by the sweep what a lost wake-up left behind', async () => {
    let runs = 0
    await using w = await testWorld({ handlers: { noop: () => (++runs, ok) }, localQueues: false })
    const wake = w.queue.wake
    w.queue.wake = () => {}
    w.work()
    await w.submit()
    await w.clock.push(1_000)
    expect(runs).toBe(0)
    w.queue.wake = wake
    await sweep(w)
    await until('it ran', () => runs === 1)
  })

  it('runs a thousand jobs once each', async () => {
    expect(await countRuns(1_000)).toEqual({ jobs: 1_000, most: 1 })
  })
})
