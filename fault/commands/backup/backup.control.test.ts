import { expect, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { controlTest } from '../../harness/control-test.ts'
import { faultsOf, lostIn, runControl } from './backup.ts'

controlTest('jobs that are missing from a backup are seen', import.meta.url, async () => {
  const control = await runControl()
  onTestFinished(() => removeFolder(control.folder))
  expect(lostIn(control)).toBeGreaterThan(0)
  expect(faultsOf(control).some((fault) => fault.includes('I1'))).toBe(true)
})
