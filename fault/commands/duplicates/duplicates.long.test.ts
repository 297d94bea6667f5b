import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { runDuplicates } from './duplicates.ts'

describe.skipIf(skipsWithoutRedis('duplicate requests at a service on Redis'))('on Redis', () => {
  it('copies at once, replies cut and a kill before the reply make one job of each request', { timeout: 300_000 }, async () => {
    const report = await runDuplicates({ keys: 1, copies: 50, cuts: 10, kills: 1, reusedKeys: 0, seed: 6, redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(report.failures).toEqual([])
    expect(report.jobs).toBe(report.requests)
    expect(report.tally).toMatchObject({ kills: 1, killsOnWork: 1, lost: 0, stuck: 0 })
  })
})
