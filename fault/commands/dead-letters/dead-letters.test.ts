import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf, runControl, runReplay } from './dead-letters.ts'

it('without the version guard, two operators are seen to move dead letters twice', { timeout: 60_000 }, async () => {
  const control = await runControl(1_000)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.moved).toBeGreaterThan(control.selected)
  expect(failuresOf(control)).not.toEqual([])
})

it('2,000 dead letters replayed by two operators at once under load all arrive exactly once', { timeout: 60_000 }, async () => {
  const report = await runReplay(2_000)
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOf(report)).toEqual([])
  expect(report).toMatchObject({ selected: 1_960, moved: 1_960, once: 1_960, refused: 0 })
  expect(report.submitted).toBeGreaterThan(0)
})
