import { expect, it } from 'vitest'
import type { BufferedJob } from '../../../src/lifecycle/commit/buffered.ts'
import { createLocalQueues } from '../../../src/lifecycle/commit/local-queue.ts'
import { testWorld } from '../../support/world.ts'

const KIBIBYTE = 1024

/** How many places for records of so many bytes there are, over lanes as many as it takes. */
function countPlaces({ job }: ReturnType<typeof createLocalQueues>, bytes: number): number {
  let places = 0
  while (job.reserve(`lane-${Math.floor(places / 64)}`, bytes, 0)) places += 1
  return places
}

it('holds at most 64 records of a lane', () => {
  const { job } = createLocalQueues(true)
  for (let n = 0; n < 64; n++) expect(job.reserve('a', 10, 0)).toBe(true)
  expect(job.reserve('a', 10, 0)).toBe(false)
  expect(job.reserve('b', 10, 0)).toBe(true)
})

it('holds so many bytes over all lanes, however many they are, and as many again when those are gone', () => {
  const localQueues = createLocalQueues(true)
  const places = countPlaces(localQueues, 62 * KIBIBYTE)
  expect(places).toBe(512)
  for (let n = 0; n < places; n++) localQueues.job.unreserve(`lane-${Math.floor(n / 64)}`, 62 * KIBIBYTE)
  expect(countPlaces(localQueues, 62 * KIBIBYTE)).toBe(512)
})

it('counts a record from its reservation until it is taken, and again when it is put back', async () => {
  await using w = await testWorld()
  const payload = new Uint8Array(62 * KIBIBYTE)
  await w.submit({ payload })
  const { job } = w.localQueues
  expect(countPlaces(w.localQueues, payload.byteLength)).toBe(511)
  const taken = job.take('tnt_default', () => true) as BufferedJob
  expect(job.reserve('other', payload.byteLength, 0)).toBe(true)
  job.unreserve('other', payload.byteLength)
  job.putBack('tnt_default', taken)
  expect(job.reserve('other', payload.byteLength, 0)).toBe(false)
})
