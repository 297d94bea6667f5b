import { expect, it } from 'vitest'
import { runMigrations } from './migrate.ts'

it('eight processes at once migrate a database once, also when one dies on the way', { timeout: 300_000 }, async () => {
  const { failures, deaths } = await runMigrations({ rounds: 3, everyStatement: 20 })
  expect(failures).toEqual([])
  expect(deaths).toBeGreaterThan(1)
})
