import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './hosts.ts'

controlTest('without shares, hosts that hang are seen to hold up the healthy ones', import.meta.url, async () => {
  expect((await runControl({ hosts: 300, callbacks: 2 })).sight).toBe('seen')
})
