import { expect, it } from 'vitest'
import { createSemaphore, type SemaphoreLimits } from '../../src/http/admission/semaphore.ts'
import { settle } from '../support/clock.ts'

/** A semaphore, and who got a permit in which order. */
function watched(limits: Partial<SemaphoreLimits>) {
  const semaphore = createSemaphore({ permits: 4, perTurn: 100, queue: 100, ...limits })
  const acquired: string[] = []
  const arrive = (tenant: string, count = 1): boolean[] =>
    Array.from({ length: count }, () => {
      const turn = semaphore.acquire(tenant)
      if (turn === false) return false
      void turn.then(() => acquired.push(tenant))
      return true
    })
  return { semaphore, acquired, arrive }
}

it('gives a tenant as many permits as its share, and the next when one is released', async () => {
  const { semaphore, acquired, arrive } = watched({})
  arrive('a', 5)
  await settle()
  expect(acquired).toHaveLength(2)
  semaphore.release('a')
  await settle()
  expect(acquired).toHaveLength(3)
})

it('gives a tenant a permit at once while another has a queue', async () => {
  const { acquired, arrive } = watched({})
  arrive('noisy', 50)
  arrive('quiet')
  await settle()
  expect(acquired).toEqual(['noisy', 'noisy', 'quiet'])
})

it('serves the queues of tenants in turn', async () => {
  const { semaphore, acquired, arrive } = watched({ permits: 2 })
  arrive('first')
  await settle()
  arrive('a', 3)
  arrive('b', 3)
  for (const released of ['first', 'a', 'b', 'a', 'b', 'a']) {
    semaphore.release(released)
    await settle()
  }
  expect(acquired).toEqual(['first', 'a', 'b', 'a', 'b', 'a', 'b'])
})

it('refuses when the tenant has its share of the queue', () => {
  const { arrive } = watched({ permits: 2, queue: 10 })
  expect(arrive('a', 7)).toEqual([true, true, true, true, true, true, false])
  expect(arrive('b')).toEqual([true])
})

it('gives only so many permits during one turn of the event loop', async () => {
  const { acquired, arrive } = watched({ permits: 100, perTurn: 3 })
  arrive('a', 7)
  await Promise.resolve()
  expect(acquired).toHaveLength(3)
  await new Promise((resolve) => setImmediate(resolve))
  expect(acquired).toHaveLength(6)
  await settle()
  expect(acquired).toHaveLength(7)
})
