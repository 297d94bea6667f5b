import { describe, expect, it } from 'vitest'
import { retrying } from '../../../src/lifecycle/commit/retrying.ts'
import { createTakeJobs } from '../../../src/lifecycle/engine/take-jobs.ts'
import { cancelJob } from '../../../src/lifecycle/jobs/cancel-job.ts'
import type { BusMessage } from '../../../src/ports/bus.ts'
import { StoreUnavailable } from '../../../src/ports/store.ts'
import { until } from '../../support/clock.ts'
import { hook, type TestWorld, testWorld } from '../../support/world.ts'

const LANE = 'tnt_default https://partner.example'
const KEY = { key: 'k', bodyHash: new Uint8Array(32) }

/** How many places the local queue has for small records of a lane: 64 when none is taken. */
function places({ localQueues, clock }: TestWorld, kind: 'job' | 'delivery', lane: string): number {
  let count = 0
  while (localQueues[kind].reserve(lane, 1, clock.now())) count += 1
  for (let n = 0; n < count; n++) localQueues[kind].unreserve(lane, 1)
  return count
}

function refuse(world: TestWorld): void {
  world.store.commit = async () => {
    throw new StoreUnavailable('busy', 'the store is busy')
  }
}

describe('a commit gives reserved places of the local queue back', () => {
  it('of a job, when it rejects', async () => {
    await using w = await testWorld()
    refuse(w)
    await expect(w.submit()).rejects.toThrow('busy')
    expect(places(w, 'job', 'tnt_default')).toBe(64)
  })

  it('of a job, when a guard missed', async () => {
    await using w = await testWorld()
    const { commit } = w.store
    w.store.commit = async () => false
    await expect(w.submit({ idempotency: KEY })).rejects.toThrow('was not stored')
    w.store.commit = commit
    expect(places(w, 'job', 'tnt_default')).toBe(64)
  })

  it('of a delivery, when it rejects', async () => {
    await using w = await testWorld({ localQueues: true })
    const id = await w.submit({ callback: hook })
    refuse(w)
    await expect(cancelJob(w, { tenantId: null }, id)).rejects.toThrow('busy')
    expect(places(w, 'delivery', LANE)).toBe(64)
  })

  it('of a delivery, when a guard missed', async () => {
    await using w = await testWorld()
    const id = await w.submit({ callback: hook })
    w.store.commit = async () => false
    await expect(cancelJob(w, { tenantId: null }, id)).rejects.toMatchObject({ code: 'overloaded' })
    expect(places(w, 'delivery', LANE)).toBe(64)
  })
})

it('a job whose cancel the store could not take runs after all', async () => {
  await using w = await testWorld()
  const { commit } = w.store
  const id = await w.submit()
  refuse(w)
  await expect(cancelJob(w, { tenantId: null }, id)).rejects.toThrow('busy')
  w.store.commit = commit
  w.work()
  await until('it completed', async () => (await w.store.jobs.find(id))?.status === 'completed')
})

it('subscribers hear what a job goes through, and only what is durable', async () => {
  await using w = await testWorld({ localQueues: false })
  const heard: BusMessage[] = []
  w.pubSub.subscribe((message) => void heard.push(message))
  const id = await w.submit({ callback: hook })
  expect(heard).toEqual([{ tenantId: 'tnt_default', kind: 'job', id }])

  const turn = await createTakeJobs(w)('tnt_default', 1)
  await Promise.all(turn.taken)
  await until('its end is durable', async () => (await w.store.jobs.find(id))?.status === 'completed')
  await until('its event is told', () => heard.some(({ kind }) => kind === 'event'))
  expect(heard.map(({ kind }) => kind)).toEqual(['job', 'job', 'job', 'event', 'delivery'])

  const count = heard.length
  refuse(w)
  await expect(w.submit()).rejects.toThrow('busy')
  expect(heard).toHaveLength(count)
})

describe('a decision that loses its race', () => {
  it('is made again until it does not', async () => {
    let rounds = 0
    await expect(retrying('job job_1', async () => (++rounds < 8 ? 'lost' : rounds))).resolves.toBe(8)
  })

  it('is given up after eight rounds, with the name of what changes so fast', async () => {
    await expect(retrying('job job_1', async () => 'lost')).rejects.toMatchObject({
      code: 'overloaded',
      message: 'The job job_1 changes too fast to be changed now.',
    })
  })
})
