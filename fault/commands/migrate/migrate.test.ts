import { expect, it } from 'vitest'
import { runControls, runMigrations } from './migrate.ts'

it('eight processes at once migrate a database once, also when one dies on the way', { timeout: 60_000 }, async () => {
  const { failures, deaths } = await runMigrations({ rounds: 10, everyStatement: 12 })
  expect(failures).toEqual([])
  expect(deaths).toBeGreaterThan(2)
})

it('sees a migration that counts before it has the lock, and one without a transaction', { timeout: 60_000 }, async () => {
  expect(await runControls()).toEqual({ raceSeen: true, deathSeen: true })
})
