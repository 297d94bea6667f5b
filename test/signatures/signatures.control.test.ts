import { expect, test } from 'vitest'
import { runControl } from '../../fault/commands/signatures/signatures.ts'

test('a build that signs with the newest secret only is seen', async () => {
  const report = await runControl()
  expect(report.unverifiable).toBeGreaterThan(0)
  expect(report.held).toBe(false)
})
