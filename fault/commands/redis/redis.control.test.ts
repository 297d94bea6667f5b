import { describe, expect, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { LOST_CONSUMER, runControl } from './redis.ts'

describe.skipIf(skipsWithoutRedis('the control of faults of Redis'))('on an API and two workers', () => {
  controlTest('work is seen to be stuck on a build that does not come back after a lost connection', import.meta.url, async () => {
    const { sight, report } = await runControl(LOST_CONSUMER, 7)
    onTestFinished(() => removeFolder(report.folder))
    expect(sight).toBe('seen')
  })
})
