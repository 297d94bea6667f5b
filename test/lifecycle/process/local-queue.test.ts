import { expect, it } from 'vitest'
import { type BufferedJob, createLocalQueues } from '../../../src/lifecycle/process/local-queue.ts'
import { testWorld } from '../../support/world.ts'

const KIBIBYTE = 1024

/** How many places for records of so many bytes there are, over lanes as many as it takes. */
function countPlaces({ jobs }: ReturnType<typeof createLocalQueues>, bytes: number): number {
  let places = 0
  while (jobs.reserve(`lane-${Math.floor(places / 64)}`, bytes, 0)) places += 1
  return places
}

it('holds at most 64 records of a lane', () => {
  const { jobs } = createLocalQueues(true)
  for (let n = 0; n < 64; n++) expect(jobs.reserve('a', 10, 0)).toBe(true)
  expect(jobs.reserve('a', 10, 0)).toBe(false)
  expect(jobs.reserve('b', 10, 0)).toBe(true)
})

it('holds so many bytes over all lanes, however many they are, and as many again when those are gone', () => {
  const localQueues = createLocalQueues(true)
  const places = countPlaces(localQueues, 62 * KIBIBYTE)
  expect(places).toBe(512)
  for (let n = 0; n < places; n++) localQueues.jobs.unreserve(`lane-${Math.floor(n / 64)}`, 62 * KIBIBYTE)
  expect(countPlaces(localQueues, 62 * KIBIBYTE)).toBe(512)
})

it('counts a record from its reservation until it is taken, and again when it is put back', async () => {
  await using w = await testWorld()
  const payload = new Uint8Array(62 * KIBIBYTE)
  await w.submit({ payload })
  const { jobs } = w.localQueues
  expect(countPlaces(w.localQueues, payload.byteLength)).toBe(511)
  const taken = jobs.take('tnt_default', () => true) as BufferedJob
  expect(jobs.reserve('other', payload.byteLength, 0)).toBe(true)
  jobs.unreserve('other', payload.byteLength)
  jobs.putBack('tnt_default', taken)
  expect(jobs.reserve('other', payload.byteLength, 0)).toBe(false)
})
