import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { MOST_MIB, runDeadlineControl, runMemoryControl } from './receivers.ts'

controlTest('a build without the total deadline is seen to hang', import.meta.url, async () => {
  for (const { name, faults } of await runDeadlineControl()) expect(faults, name).not.toEqual([])
})

controlTest('a build that keeps responses whole is seen to swell', import.meta.url, async () => {
  expect((await runMemoryControl()).behaviours[0]?.peak).toBeGreaterThan(MOST_MIB)
})
