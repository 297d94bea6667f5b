import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './duplicates.ts'

controlTest('the checker sees the jobs that a build makes twice which writes the key apart from its job', import.meta.url, async () => {
  const { sight, report } = await runControl(5)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
  expect(report.failures.some((failure) => failure.startsWith('I5'))).toBe(true)
})
