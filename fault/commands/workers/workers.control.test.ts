import { describe, expect, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './workers.ts'

describe.skipIf(skipsWithoutRedis('the control of the fault command workers'))('workers', () => {
  controlTest('of a build without fencing are seen to write over what others have done', import.meta.url, async () => {
    const { sight, report } = await runControl(7)
    onTestFinished(() => removeFolder(report.folder))
    expect(sight).toBe('seen')
  })
})
