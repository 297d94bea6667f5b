import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { failuresOf, runControl } from './dead-letters.ts'

controlTest('without the version guard, two operators are seen to move dead letters twice', import.meta.url, async () => {
  const control = await runControl(1_000)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.moved).toBeGreaterThan(control.selected)
  expect(failuresOf(control)).not.toEqual([])
})
