import { expect, it } from 'vitest'
import { createdAt } from '../../src/domain/id.ts'
import { systemIds } from '../../src/runtime/ids.ts'

it('an id tells when it was made', () => {
  const before = Date.now()
  const at = createdAt(systemIds.next('evt')) ?? 0
  expect(at).toBeGreaterThanOrEqual(before)
  expect(at).toBeLessThanOrEqual(Date.now())
})

it.each(['evt_0', 'evt_', '', 'evt_0190c5c0', `evt_${'g'.repeat(32)}`, `evt_${'0'.repeat(33)}`, `evt.${'0'.repeat(32)}`])(
  '%o is no id of ours and tells nothing',
  (text) => {
    expect(createdAt(text)).toBeNull()
  },
)
