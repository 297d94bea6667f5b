import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { runBlock } from './block.ts'
import { CUT, FLUSHED, KILLED } from './faults.ts'
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
