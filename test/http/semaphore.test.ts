import { expect, it } from 'vitest'
import { createGate, type GateLimits } from '../../src/http/admission/semaphore.ts'
import { settle } from '../support/clock.ts'

/** A gate, and who went in through it in which order. */
function watched(limits: Partial<GateLimits>) {
  const gate = createGate({ inside: 4, perTurn: 100, inLine: 100, ...limits })
  const entered: string[] = []
  const arrive = (tenant: string, count = 1): boolean[] =>
    Array.from({ length: count }, () => {
      const turn = gate.enter(tenant)
      if (turn === false) return false
      void turn.then(() => entered.push(tenant))
      return true
    })
  return { gate, entered, arrive }
}

it('lets in as many of a tenant as its share, and the next when one leaves', async () => {
  const { gate, entered, arrive } = watched({})
  arrive('a', 5)
  await settle()
  expect(entered).toHaveLength(2)
  gate.leave('a')
  await settle()
  expect(entered).toHaveLength(3)
})

it('lets a tenant in at once while another has a line', async () => {
  const { entered, arrive } = watched({})
  arrive('noisy', 50)
  arrive('quiet')
  await settle()
  expect(entered).toEqual(['noisy', 'noisy', 'quiet'])
})

it('serves the lines of tenants in turn', async () => {
  const { gate, entered, arrive } = watched({ inside: 2 })
  arrive('first')
  await settle()
  arrive('a', 3)
  arrive('b', 3)
  for (const left of ['first', 'a', 'b', 'a', 'b', 'a']) {
    gate.leave(left)
    await settle()
  }
  expect(entered).toEqual(['first', 'a', 'b', 'a', 'b', 'a', 'b'])
})

it('refuses when the tenant has its share of the line', () => {
  const { arrive } = watched({ inside: 2, inLine: 10 })
  expect(arrive('a', 7)).toEqual([true, true, true, true, true, true, false])
  expect(arrive('b')).toEqual([true])
})

it('lets only so many in during one turn of the event loop', async () => {
  const { entered, arrive } = watched({ inside: 100, perTurn: 3 })
  arrive('a', 7)
  await Promise.resolve()
  expect(entered).toHaveLength(3)
  await new Promise((resolve) => setImmediate(resolve))
  expect(entered).toHaveLength(6)
  await settle()
  expect(entered).toHaveLength(7)
})
