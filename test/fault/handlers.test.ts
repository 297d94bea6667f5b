import { expect, it } from 'vitest'
import { runHandlers } from './handlers.ts'

it('handlers that throw aside, exit, loop and fill their memory cost no innocent job an attempt', { timeout: 120_000 }, async () => {
  const report = await runHandlers(['throws.timer', 'exits', 'loop.later', 'memory.sync'], 1)
  expect(report).toEqual({ innocent: { completed: 4, lost: 0, failed: 0, attemptsSpent: 0 }, stuck: 0, slotsFree: true })
})
