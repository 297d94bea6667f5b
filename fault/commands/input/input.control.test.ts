import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { runLenientControl, runReserializedControl, runUnboundedControl } from './input.ts'

controlTest('builds that serialise payloads again, take any size, or forgive the parser are seen', import.meta.url, async () => {
  expect(await runReserializedControl(7)).toBeGreaterThan(0)
  expect(await runUnboundedControl()).toBeGreaterThan(0)
  expect(await runLenientControl()).toBeGreaterThan(0)
})
