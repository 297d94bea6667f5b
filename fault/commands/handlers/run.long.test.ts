import { expect, it } from 'vitest'
import { failuresOf, runHandlers } from './handlers.ts'

it('handlers that throw aside, exit, loop and fill their memory cost no innocent job an attempt, and leave nothing behind', {
  timeout: 300_000,
}, async () => {
  const report = await runHandlers({ types: ['throws.timer', 'exits', 'loop.later', 'memory.sync'], each: 1 })
  expect(failuresOf(report)).toEqual([])
  expect(report.innocent.completed).toBe(4)
})
