import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { findJob } from '../../../src/lifecycle/access/find-job.ts'
import { estimateJob } from '../../../src/lifecycle/jobs/estimate.ts'
import { until } from '../../support/clock.ts'
import { ok, type TestWorld, testWorld } from '../../support/world.ts'

const mine = { tenantId: DEFAULT_TENANT_ID }
const of = async (w: TestWorld, id: string) => estimateJob(w, await findJob(w, mine, id))

/** A job that runs, and is expected to take ten seconds. */
async function runningFor10s(w: TestWorld): Promise<string> {
  w.runTimes.add('noop', 10_000)
  w.work()
  const id = await w.submit()
  await until('it runs', () => w.runs.get(id))
  return id
}

describe('the estimate of a job', () => {
  it('asks for a second of patience, then for more, while nothing is known of its type', async () => {
    await using w = await testWorld()
    const id = await w.submit()
    expect(await of(w, id)).toEqual({
      queuePosition: 1,
      estimatedCompletionAt: null,
      overdue: false,
      retryAfterSeconds: 1,
      overdueInMs: null,
    })
    await w.clock.push(20_000)
    expect((await of(w, id)).retryAfterSeconds).toBe(10)
    await w.clock.push(1_000_000)
    expect((await of(w, id)).retryAfterSeconds).toBe(30)
  })

  it('counts the queue in front of it, exact to 100, and estimates from it', async () => {
    await using w = await testWorld({ settings: { job: { concurrency: 2 } } })
    w.runTimes.add('noop', 10_000)
    const first = await w.submit()
    const ids = await Promise.all(Array.from({ length: 101 }, () => w.submit()))
    expect(await of(w, first)).toMatchObject({ queuePosition: 1, retryAfterSeconds: 10 })
    expect(await of(w, ids[1] ?? '')).toMatchObject({ queuePosition: 3, estimatedCompletionAt: w.clock.now() + 20_000 })
    expect((await of(w, ids[98] ?? '')).queuePosition).toBe(100)
    expect((await of(w, ids[100] ?? '')).queuePosition).toBeNull()
  })

  it('has no position before its time, and asks to come back then', async () => {
    await using w = await testWorld()
    const id = await w.submit({ runAt: w.clock.now() + 90_000 })
    expect(await of(w, id)).toMatchObject({ queuePosition: null, retryAfterSeconds: 90 })
  })

  it('says of a running job when it should end, and that it is overdue once that has passed by its own length', async () => {
    const end = Promise.withResolvers<RunOutcome>()
    await using w = await testWorld({ handlers: { noop: () => end.promise } })
    const id = await runningFor10s(w)
    await w.clock.push(4_000)
    expect(await of(w, id)).toMatchObject({ overdue: false, retryAfterSeconds: 6, queuePosition: null })
    await w.clock.push(16_000)
    expect(await of(w, id)).toMatchObject({ overdue: false })
    await w.clock.push(1)
    expect(await of(w, id)).toMatchObject({ overdue: true })
    end.resolve(ok)
  })

  it('asks for no more than its length of a running job when the clock is set back', async () => {
    const end = Promise.withResolvers<RunOutcome>()
    await using w = await testWorld({ handlers: { noop: () => end.promise } })
    const id = await runningFor10s(w)
    await w.clock.push(100)
    const clock = { ...w.clock, now: () => w.clock.now() - 7 * 86_400_000 }
    expect(await estimateJob({ ...w, clock }, await findJob(w, mine, id))).toMatchObject({ overdue: false, retryAfterSeconds: 10 })
    end.resolve(ok)
  })

  it('learns from every run that ends well, the newest counting most', async () => {
    await using w = await testWorld()
    w.runTimes.add('noop', 1_000)
    for (let n = 0; n < 50; n++) w.runTimes.add('noop', 9_000)
    expect(w.runTimes.expected('noop')).toBeCloseTo(9_000, -1)
    expect(w.runTimes.expected('unknown')).toBeNull()
  })
})
