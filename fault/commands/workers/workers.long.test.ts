import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { harmOfReport, runFrozen } from './workers.ts'

describe.skipIf(skipsWithoutRedis('the fault command workers'))('workers', () => {
  it('that were frozen while others took up what they ran commit nothing stale', { timeout: 300_000 }, async () => {
    const report = await runFrozen(7)
    onTestFinished(() => removeFolder(report.folder))
    expect(harmOfReport(report)).toEqual([])
    expect(report.figures.fencedOff).toBeGreaterThan(0)
  })
})
