import { expect, it } from 'vitest'
import { CUT, FLUSHED, FULL, frozenFor, KILLED, REPLACED } from './faults.ts'
import { blocksOf } from './redis.ts'

it('a hundred rounds bring every fault to every kind of append-only file, with new work coming and without', () => {
  const faults = [KILLED, frozenFor(1), FLUSHED, REPLACED, FULL, CUT]
  for (const { plan } of blocksOf(100, faults)) {
    const met = new Set(plan.map(({ fault, quiet }) => `${fault.name} ${quiet}`))
    expect(met.size).toBe(2 * faults.length)
  }
  expect(blocksOf(12, faults).map(({ aof, plan }) => [aof, plan.length])).toEqual([
    [undefined, 4],
    ['everysec', 4],
    ['always', 4],
  ])
})
