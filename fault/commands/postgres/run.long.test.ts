import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutPostgres } from '../../../test/support/postgres.ts'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { FAULTS } from './faults.ts'
import { runPostgresRound } from './round.ts'
import { harmOf, missesOf } from './verdict.ts'

const skips = skipsWithoutRedis('faults of PostgreSQL') || skipsWithoutPostgres('faults of PostgreSQL')

describe.skipIf(skips)('on two APIs and three workers', () => {
  it('a PostgreSQL that is restarted, cut off, full and crowded loses nothing and leaves no half of a change', {
    timeout: 300_000,
  }, async () => {
    const report = await runPostgresRound({ plan: FAULTS, seed: 11 })
    onTestFinished(() => removeFolder(report.folder))
    expect([...harmOf(report), ...missesOf(report)]).toEqual([])
  })
})
