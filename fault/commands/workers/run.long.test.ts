import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { harmOfReport, runShort } from './workers.ts'

describe.skipIf(skipsWithoutRedis('the fault command workers'))('workers', () => {
  it('that are killed, frozen and stopped while the API is restarted lose nothing and commit nothing stale', {
    timeout: 300_000,
  }, async () => {
    const report = await runShort(11)
    onTestFinished(() => removeFolder(report.folder))
    expect(harmOfReport(report)).toEqual([])
    // A busy machine decides what they met, and whether workers were stopped too; the command demands it.
    expect(report.figures.kills).toBeGreaterThan(0)
    expect(report.figures.freezes).toBeGreaterThan(0)
    expect(report.apiRestarts).toBeGreaterThan(0)
  })
})
