import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { runControls } from './migrate.ts'

controlTest('a migration that counts before it has the lock is seen, and one without a transaction', import.meta.url, async () => {
  expect(await runControls()).toEqual({ raceSeen: true, deathSeen: true })
})
