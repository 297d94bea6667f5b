import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { runPowercutControl } from './powercut.ts'

const obstacle = process.env.CI === 'true' ? null : straceObstacle()

controlTest('without an fsync at each commit a power cut is seen to lose work', import.meta.url, async (context) => {
  if (obstacle !== null) context.skip(`NOT RUN: nothing can be traced here (${obstacle})`)
  const control = await runPowercutControl(7, 15)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.lossy).toBeGreaterThan(0)
  expect(control.wal.unsynced).toBeGreaterThan(0)
})
