import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './handlers.ts'

controlTest(
  'with one thread for all, in which every run of a lost thread pays for it, innocent jobs spend attempts',
  import.meta.url,
  async () => {
    expect((await runControl()).innocent.attemptsSpent).toBeGreaterThan(0)
  },
)
