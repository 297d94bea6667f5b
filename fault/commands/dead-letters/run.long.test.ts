import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf, runPage, runReplay } from './dead-letters.ts'
import { failuresOfPage } from './page-verdict.ts'

it('1,000 dead letters replayed by two operators at once under load all arrive exactly once', { timeout: 300_000 }, async () => {
  const report = await runReplay(1_000)
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOf(report)).toEqual([])
  expect(report).toMatchObject({ selected: 980, moved: 980, once: 980, refused: 0 })
  expect(report.submitted).toBeGreaterThan(0)
})

it('a replay of 1,000 through the page under load moves what was shown, but for what is told, each once', {
  timeout: 300_000,
}, async () => {
  const report = await runPage(1_000)
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOfPage(report, 1_000)).toEqual([])
  expect(report).toMatchObject({ previewed: 1_000, once: 980, refused: 0 })
  expect(report.submitted).toBeGreaterThan(0)
})
