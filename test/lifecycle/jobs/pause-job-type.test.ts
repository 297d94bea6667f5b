import { describe, expect, it } from 'vitest'
import { sweepPauses } from '../../../src/lifecycle/engine/sweep-pauses.ts'
import { pauseJobType } from '../../../src/lifecycle/jobs/pause-job-type.ts'
import { resumeJobType } from '../../../src/lifecycle/jobs/resume-job-type.ts'
import { until } from '../../support/clock.ts'
import { ok, type TestWorld, testWorld } from '../../support/world.ts'

const DAY = 24 * 3600_000
const handlers = { noop: () => ok, other: () => ok }

const statusOf = async (w: TestWorld, id: string) => (await w.store.jobs.find(id))?.status

describe.each([
  ['in one process', true],
  ['beside other processes', false],
])('a paused job type, %s', (_name, localQueues) => {
  it('is not run, while others are, until it is resumed', async () => {
    await using w = await testWorld({ localQueues, handlers })
    const before = await w.submit()
    await pauseJobType(w, 'noop')
    w.work()
    const ids = [before, await w.submit({ priority: 5 }), await w.submit()]
    const other = await w.submit({ type: 'other' })
    await until('the other has run', async () => (await statusOf(w, other)) === 'completed')
    await w.clock.push(DAY)
    for (const id of ids) expect(await w.store.jobs.find(id)).toMatchObject({ status: 'pending', attempt: 0 })
    await resumeJobType(w, 'noop')
    await until('all have run', async () => (await Promise.all(ids.map((id) => statusOf(w, id)))).every((status) => status === 'completed'))
  })

  it('runs again by itself after 30 days', async () => {
    await using w = await testWorld({ localQueues, handlers })
    w.work()
    await pauseJobType(w, 'noop')
    const id = await w.submit()
    await w.clock.push(30 * DAY - 1)
    await sweepPauses(w)
    expect(await statusOf(w, id)).toBe('pending')
    await w.clock.push(1)
    await sweepPauses(w)
    await until('it has run', async () => (await statusOf(w, id)) === 'completed')
    expect(await w.store.jobTypePauses.all()).toEqual([])
  })
})

it('a pause holds after a restart, and runs under way at the pause end as they would', async () => {
  let end = (_outcome: typeof ok) => {}
  await using w = await testWorld({ handlers: { noop: () => new Promise<typeof ok>((resolve) => (end = resolve)) } })
  w.work()
  const first = await w.submit()
  await until('it runs', () => w.runs.get(first))
  await pauseJobType(w, 'noop')
  const second = await w.submit()
  end(ok)
  await until('the first has ended', async () => (await statusOf(w, first)) === 'completed')
  const restarted = await testWorld({ store: w.disk, clock: w.clock })
  restarted.work()
  await w.clock.push(DAY)
  expect(await statusOf(w, second)).toBe('pending')
  await restarted.queue.close()
})

it('jobs leased ahead and jobs claimed after the pause are none of a paused type', async () => {
  await using w = await testWorld({ handlers, localQueues: false })
  await w.submit()
  await w.submit({ type: 'other' })
  await pauseJobType(w, 'noop')
  const lease = { lane: 'tnt_default', limit: 9, now: w.clock.now(), worker: 'w1' }
  const leased = await w.store.lanes.leaseJobs({ ...lease, untilTypes: [], maxPayload: 1_000 })
  expect(leased.taken.map(({ job }) => job.type)).toEqual(['other'])
  expect((await w.store.lanes.claimJobs({ ...lease, exceptTypes: [] })).taken).toEqual([])
})
