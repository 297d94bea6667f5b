import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { runKeeping, runRepeating, runSkipping } from './streams.ts'
import { failuresOfStreams } from './verdict.ts'

controlTest('the verdict sees an event that a build leaves out', import.meta.url, async () => {
  const { sight, report } = await runSkipping(11)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
  expect(failuresOfStreams(report).every((failure) => /^reader .*: missed 1$/.test(failure))).toBe(true)
})

controlTest('the verdict sees an event that a build tells twice', import.meta.url, async () => {
  const { sight, report } = await runRepeating(11)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
  expect(failuresOfStreams(report).every((failure) => /^reader .*: doubled 1$/.test(failure))).toBe(true)
})

controlTest('the verdict sees clients that a build keeps although they do not read', import.meta.url, async () => {
  const { sight, report } = await runKeeping(11)
  onTestFinished(() => removeFolder(report.folder))
  expect(sight).toBe('seen')
})
