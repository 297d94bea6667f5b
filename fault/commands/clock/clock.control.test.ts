import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './clock.ts'
import { fakeTimeObstacle } from './fake-time.ts'

controlTest('a build whose timers wait for a time of day is seen to give up too early', import.meta.url, async (context) => {
  const obstacle = fakeTimeObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: ${obstacle}`)
  const { sight, report } = await runControl(5)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
})
