import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { runBlock } from './block.ts'
import { CUT, FLUSHED, FULL, frozenFor, KILLED, REPLACED } from './faults.ts'
import { blocksOf } from './redis.ts'
import { harmOf, missesOf } from './verdict.ts'

/** How soon work goes on is the command's to say: here the machine may be busy. */
const PLAN = [
  { fault: CUT, quiet: false },
  { fault: KILLED, quiet: true },
  { fault: FLUSHED, quiet: true },
]

describe.skipIf(skipsWithoutRedis('faults of Redis'))('on an API and two workers', () => {
  it('a Redis that is cut off, killed and flushed loses nothing and repeats nothing, and work goes on when it is back', {
    timeout: 300_000,
  }, async () => {
    const report = await runBlock({ plan: PLAN, seed: 11, boundMs: 60_000 })
    onTestFinished(() => removeFolder(report.folder))
    expect([...harmOf(report), ...missesOf(report)]).toEqual([])
  })
})

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
