import { expect, it } from 'vitest'
import { failuresOf, runControl, runHandlers } from './handlers.ts'

const TIMEOUT = { timeout: 180_000 }

it(
  'with one thread for all, in which every run of a lost thread pays for it, innocent jobs are seen to spend attempts',
  TIMEOUT,
  async () => {
    expect((await runControl()).innocent.attemptsSpent).toBeGreaterThan(0)
  },
)

it(
  'handlers that throw aside, exit, loop and fill their memory cost no innocent job an attempt, and leave nothing behind',
  TIMEOUT,
  async () => {
    const report = await runHandlers({ types: ['throws.timer', 'exits', 'loop.later', 'memory.sync'], each: 1 })
    expect(failuresOf(report)).toEqual([])
    expect(report.innocent.completed).toBe(4)
  },
)
