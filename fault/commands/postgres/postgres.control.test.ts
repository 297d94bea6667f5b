import { describe, expect, onTestFinished } from 'vitest'
import { skipsWithoutPostgres } from '../../../test/support/postgres.ts'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { FEED_BY_SEQUENCE, LOST_COMMITS, runControl } from './postgres.ts'

const skips = skipsWithoutRedis('the controls of faults of PostgreSQL') || skipsWithoutPostgres('the controls of faults of PostgreSQL')

describe.skipIf(skips)('on two APIs and three workers', () => {
  for (const [what, build] of Object.entries({ 'lost commits': LOST_COMMITS, 'a feed by sequence': FEED_BY_SEQUENCE })) {
    controlTest(`the harm of a build with ${what} is seen`, import.meta.url, async () => {
      const { sight, report } = await runControl(build, 7)
      onTestFinished(() => removeFolder(report.folder))
      expect(sight).toBe('seen')
    })
  }
})
