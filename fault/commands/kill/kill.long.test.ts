import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutPostgres } from '../../../test/support/postgres.ts'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf } from '../../harness/report.ts'
import { runKills } from './kill.ts'

describe.skipIf(skipsWithoutRedis('kills of a service on Redis'))('on Redis', () => {
  it('a random kill loses nothing, leaves nothing stuck and repeats only what was in flight', { timeout: 300_000 }, async () => {
    const report = await runKills({ kills: 1, seed: 12, timeLimitMs: 30_000, redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(failuresOf(report)).toEqual([])
    expect(report.tally).toMatchObject({ kills: 1, killsOnWork: 1, lost: 0, stuck: 0 })
  })
})

describe.skipIf(skipsWithoutPostgres('kills of a service on PostgreSQL'))('on PostgreSQL', () => {
  it('a random kill loses nothing, leaves nothing stuck and no half of a change', { timeout: 300_000 }, async () => {
    const report = await runKills({ kills: 1, seed: 12, timeLimitMs: 60_000, postgres: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(failuresOf(report)).toEqual([])
    expect(report.tally).toMatchObject({ kills: 1, lost: 0, stuck: 0 })
  })
})
