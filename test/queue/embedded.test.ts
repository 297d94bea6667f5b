import { expect, it } from 'vitest'
import type { Log } from '../../src/ports/runtime.ts'
import { createEmbeddedQueue } from '../../src/queue/embedded/embedded.ts'
import { testClock } from '../support/clock.ts'
import { queueConformance, soon } from './conformance.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

queueConformance('the embedded queue', async () => {
  const clock = testClock()
  return { clock, queue: createEmbeddedQueue(clock, silent) }
})

it('leaves no timer behind', async () => {
  const clock = testClock()
  const queue = createEmbeddedQueue(clock, silent)
  let turns = 0
  queue.consume('job', 1, async () => (++turns, { next: null, taken: [] }))
  queue.wake('job', 'a', clock.now() + 1_000)
  queue.wake('job', 'a')
  await soon(() => turns === 1)
  queue.wake('job', 'b', clock.now() + 1_000)
  await queue.close()
  expect(clock.pending()).toBe(0)
})
