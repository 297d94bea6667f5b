import { expect, it } from 'vitest'
import { openModelDatabase } from './database.ts'
import { CONTROL_RUNS, search } from './model.ts'
import { SABOTAGES } from './sabotage.ts'

it.each(Object.entries(SABOTAGES))('the model sees a build that %s', { timeout: 240_000 }, async (_name, sabotage) => {
  const { finding } = await search({ runs: CONTROL_RUNS, seed: 11 }, openModelDatabase(), sabotage)
  expect(finding).not.toBeNull()
})
