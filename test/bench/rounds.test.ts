import { expect, it } from 'vitest'
import { inRounds } from '../../bench/rounds.ts'

it('measures each side once a round, and each comes first as often as the last', async () => {
  const order: string[] = []
  const side = (name: string) => async () => {
    order.push(name)
    return { perSecond: order.length, cpuMicroseconds: null, p50: null, p99: null }
  }
  const rounds = await inRounds(2, { a: side('a'), b: side('b'), c: side('c') })
  expect(order).toEqual(['a', 'b', 'c', 'c', 'b', 'a'])
  expect(rounds.map((round) => round.a.perSecond)).toEqual([1, 6])
})
