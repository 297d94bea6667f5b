import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf, runReplay } from './dead-letters.ts'

it('1,000 dead letters replayed by two operators at once under load all arrive exactly once', { timeout: 300_000 }, async () => {
  const report = await runReplay(1_000)
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOf(report)).toEqual([])
  expect(report).toMatchObject({ selected: 980, moved: 980, once: 980, refused: 0 })
  expect(report.submitted).toBeGreaterThan(0)
})
