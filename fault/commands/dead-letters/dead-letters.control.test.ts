import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { failuresOf, runControl, runPageControl } from './dead-letters.ts'
import { failuresOfPage } from './page-verdict.ts'

controlTest('without the version guard, two operators are seen to move dead letters twice', import.meta.url, async () => {
  const control = await runControl(1_000)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.moved).toBeGreaterThan(control.selected)
  expect(failuresOf(control)).not.toEqual([])
})

controlTest('a replay through the page that takes in what died after the preview is seen', import.meta.url, async () => {
  const control = await runPageControl(500)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.diedSent).toBeGreaterThan(0)
  expect(failuresOfPage(control, 500)).not.toEqual([])
})
