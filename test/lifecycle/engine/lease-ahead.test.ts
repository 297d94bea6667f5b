import { describe, expect, it } from 'vitest'
import { reclaim } from '../../../src/lifecycle/engine/reclaim.ts'
import { sweep } from '../../../src/lifecycle/engine/sweep.ts'
import { cancelJob } from '../../../src/lifecycle/jobs/cancel-job.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, ok, type TestWorld, type TestWorldOptions, testWorld } from '../../support/world.ts'

const LANE = 'tnt_default'

/** A store with so many due jobs and nothing held in memory: a backlog from before the process began. */
async function backlog(w: TestWorld, jobs: number): Promise<string[]> {
  const before = await testWorld({ store: w.disk, clock: w.clock, localQueues: false })
  const ids: string[] = []
  for (let n = 0; n < jobs; n++) ids.push(await before.submit({ metadata: { n: String(n) } }))
  await sweep(w)
  return ids
}

/** A world whose jobs run until they are let go, in the order in which they began. */
async function holding(options: TestWorldOptions = {}) {
  const began: string[] = []
  const ends: (() => void)[] = []
  const w = await testWorld({
    handlers: {
      noop: (run) => new Promise((resolve) => (began.push(run.metadata.n ?? ''), ends.push(() => resolve(ok)))),
      narrow: (run) => new Promise((resolve) => (began.push(run.metadata.n ?? ''), ends.push(() => resolve(ok)))),
    },
    settings: { job: { concurrency: 2 } },
    ...options,
  })
  const endOne = async (): Promise<void> => (await until('a run to end', () => ends.shift()))()
  return { w, began, endOne }
}

const held = (w: TestWorld) => w.localQueues.job.count(LANE)

describe('jobs leased ahead of their turn', () => {
  it('are as many as a lane may hold, run in their order, and are fetched again before they are used up', async () => {
    const { w, began, endOne } = await holding()
    await using _ = w
    await backlog(w, 200)
    let leases = 0
    const { leaseJobs } = w.store.lanes
    w.store.lanes.leaseJobs = (lease) => (leases++, leaseJobs(lease))
    w.work()
    await until('the lane holds all it may', () => held(w) === 64)
    for (let n = 0; n < 200; n++) await endOne()
    await until('all began', () => began.length === 200)
    expect(began).toEqual(Array.from({ length: 200 }, (_, n) => String(n)))
    expect(leases).toBeLessThan(10)
  })

  it('are not asked for when claims find nothing that can be held: no turn follows another without end', async () => {
    const { w, endOne } = await holding({ types: { narrow: { concurrency: 1 } } })
    await using _ = w
    const before = await testWorld({
      store: w.disk,
      clock: w.clock,
      localQueues: false,
      types: { narrow: {} },
      handlers: { narrow: () => ok },
    })
    for (let n = 0; n < 5; n++) await before.submit({ type: 'narrow' })
    let asked = 0
    const { leaseJobs } = w.store.lanes
    w.store.lanes.leaseJobs = (lease) => (asked++, leaseJobs(lease))
    await sweep(w)
    w.work()
    await until('one runs', () => w.runs.all().length === 1)
    await w.clock.push(1_000)
    expect(asked).toBeLessThan(3)
    expect(held(w)).toBe(0)
    for (let n = 0; n < 5; n++) await endOne()
  })

  it('do not pass a job whose type has slots of its own', async () => {
    const { w, began, endOne } = await holding({ types: { noop: {}, narrow: { concurrency: 1 } } })
    await using _ = w
    const before = await testWorld({
      store: w.disk,
      clock: w.clock,
      localQueues: false,
      types: { noop: {}, narrow: {} },
      handlers: { noop: () => ok, narrow: () => ok },
    })
    for (let n = 0; n < 10; n++) await before.submit({ type: n === 5 ? 'narrow' : 'noop', metadata: { n: String(n) } })
    await sweep(w)
    w.work()
    for (let n = 0; n < 10; n++) await endOne()
    await until('all began', () => began.length === 10)
    expect(began).toEqual(Array.from({ length: 10 }, (_, n) => String(n)))
  })

  it('are overtaken by a job of a higher priority: by a new one at once, by one that waits for its time when that has come', async () => {
    const { w, began, endOne } = await holding()
    await using _ = w
    await backlog(w, 100)
    await w.submit({ priority: 3, runAt: w.clock.now() + 5_000, metadata: { n: 'later' } })
    w.work()
    await until('the lane holds some', () => held(w) > 0)
    await w.submit({ priority: 5, metadata: { n: 'new' } })
    await endOne()
    await until('the next began', () => began.length === 3)
    expect(began[2]).toBe('new')
    await endOne()
    await until('the next began', () => began.length === 4)
    expect(began[3]).toBe('2')
    await w.clock.push(5_000)
    await endOne()
    await until('the next began', () => began.length === 5)
    expect(began[4]).toBe('later')
  })

  it('cost no claim a turn while nothing of a higher priority waits', async () => {
    const { w, began, endOne } = await holding()
    await using _ = w
    await backlog(w, 100)
    w.work()
    await until('the lane holds some', () => held(w) > 0)
    let claims = 0
    const { claimJobs } = w.store.lanes
    w.store.lanes.claimJobs = (claim) => (claims++, claimJobs(claim))
    for (let n = 0; n < 20; n++) {
      await w.submit({ metadata: { n: `new ${n}` } })
      await endOne()
    }
    await until('the next began', () => began.length === 22)
    expect(claims).toBe(0)
  })

  it('are canceled like any other, held or on their way', async () => {
    const { w, began, endOne } = await holding()
    await using _ = w
    const ids = await backlog(w, 40)
    const arrives = Promise.withResolvers<void>()
    const isLeased = Promise.withResolvers<void>()
    const { leaseJobs } = w.store.lanes
    w.store.lanes.leaseJobs = async (lease) => {
      const answer = await leaseJobs(lease)
      isLeased.resolve()
      await arrives.promise
      return answer
    }
    w.work()
    await isLeased.promise
    const onItsWay = cancelJob(w, { tenantId: LANE }, ids[3] ?? '')
    arrives.resolve()
    expect((await onItsWay).view.job.status).toBe('canceled')
    expect((await cancelJob(w, { tenantId: LANE }, ids[4] ?? '')).view.job.status).toBe('canceled')
    for (let n = 0; n < 38; n++) await endOne()
    await until('the others began', () => began.length === 38)
    expect(began).not.toContain('3')
    expect(began).not.toContain('4')
  })

  it('have spent no attempt when their process is gone; one that took it down spends one the second time', async () => {
    const { w, began } = await holding()
    await using _ = w
    const ids = await backlog(w, 10)
    w.work()
    await until('the lane holds some', () => held(w) > 0)
    expect(began).toEqual(['0', '1'])
    void w.queue.stop()
    w.store = { ...w.store, commit: () => new Promise(() => {}) }

    const second = await holding({ store: w.disk, clock: w.clock })
    await reclaim(second.w, [second.w.identity.current()])
    await sweep(second.w)
    second.w.work()
    await until('two began', () => second.began.length === 2)
    const jobs = await Promise.all(ids.map((id) => second.w.store.jobs.find(id)))
    // Held before: claimed now, as running, before anything of them begins.
    expect(jobs.filter((job) => job?.status === 'running')).toHaveLength(2)
    expect(held(second.w)).toBe(0)
    expect(jobs.slice(2).every((job) => job?.attempt === 0)).toBe(true)
  })
})

describe('deliveries leased ahead of their turn', () => {
  const lane = 'tnt_default https://partner.example'

  it('go out in their order, each once, and go back to the store when the destination fails', async () => {
    await using w = await testWorld({ settings: { callback: { concurrency: 4, schedule: [60_000] } }, destinations: { ceiling: 4 } })
    w.work()
    await w.submit({ callback: hook })
    await until('the destination is known', () => w.sent.length === 1)
    const waiting: ((outcome: ReturnType<typeof answered>) => void)[] = []
    w.answer = () => new Promise((resolve) => waiting.push(resolve))
    for (let n = 0; n < 150; n++) await w.submit({ callback: hook })
    for (let n = 0; n < 100; n++) (await until('an attempt', () => waiting.shift()))(answered(200))
    const ids = w.sent.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual([...ids].sort())
    for (let n = 0; n < 50 && w.localQueues.delivery.count(lane) > 0; n++) {
      const end = waiting.shift()
      if (end) end(answered(503))
      await w.clock.push(1)
    }
    await until('nothing is held behind the breaker', () => w.localQueues.delivery.count(lane) === 0)
  })
})
