import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { failuresOf } from '../../harness/report.ts'
import { runControl } from './kill.ts'

controlTest('the checker sees the jobs that a build loses which acknowledges before the commit', import.meta.url, async () => {
  const { sight, report } = await runControl(7)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
  expect(failuresOf(report).some((failure) => failure.startsWith('I1'))).toBe(true)
})
