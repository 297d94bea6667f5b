import { expect, it } from 'vitest'
import { openModelDatabase } from './database.ts'
import { CONTROL_RUNS, describeFinding, search } from './model.ts'
import { SABOTAGES } from './sabotage.ts'

/** `npm run fault -- model` runs 10,000. */
const RUNS = 100

it('a finding is found again by its seed and path', { timeout: 240_000 }, async () => {
  const database = openModelDatabase()
  const sabotage = SABOTAGES['acknowledges before the commit']
  const { finding } = await search({ runs: CONTROL_RUNS, seed: 11 }, database, sabotage)
  const again = await search({ runs: 1, seed: 11, path: finding?.path }, database, sabotage)
  expect(again.finding).toMatchObject({ message: finding?.message, smallest: finding?.smallest })
})

it(`${RUNS} random cases of work, faults and races break no promise`, { timeout: 240_000 }, async () => {
  const { finding, tally } = await search({ runs: RUNS, seed: 12 }, openModelDatabase())
  expect(finding && describeFinding(finding).join('\n')).toBeNull()
  expect(tally.get('crashes on work under way')).toBeGreaterThan(RUNS / 20)
})
