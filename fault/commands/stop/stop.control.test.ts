import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './stop.ts'

controlTest('the checker sees what a build repeats that ends at the signal', import.meta.url, async () => {
  const { sight, report } = await runControl(3)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
})
