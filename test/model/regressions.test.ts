import { expect, it } from 'vitest'
import { openModelDatabase } from './database.ts'
import { FOUND } from './regressions.ts'
import { runCase } from './run-case.ts'
import { createTally } from './tally.ts'

it.each(Object.entries(FOUND))('not again: %s', async (_what, found) => {
  const tally = createTally()
  await runCase(found, openModelDatabase(), tally)
  expect(tally.get('steps')).toBe(found.steps.length)
})
