import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFairShare } from '../../src/http/admission/fair-share.ts'

const CAPACITY = 120

/** Takes one after the other for each tenant in turn until nobody gets any more; how many each has then. */
function fill(tenants: readonly string[]): number[] {
  const share = createFairShare(CAPACITY)
  const held = tenants.map(() => 0)
  for (let got = true; got; ) {
    got = false
    for (const [n, tenant] of tenants.entries()) {
      if (!share.take(tenant, 1)) continue
      held[n] = (held[n] ?? 0) + 1
      got = true
    }
  }
  return held
}

it('one tenant alone gets half, several get equal parts and leave one for a newcomer', () => {
  expect(fill(['a'])).toEqual([60])
  expect(fill(['a', 'b'])).toEqual([40, 40])
  expect(fill(['a', 'b', 'c'])).toEqual([30, 30, 30])
})

it('whoever holds nothing finds room beside one who takes all it can', () => {
  const share = createFairShare(CAPACITY)
  while (share.take('noisy', 1));
  expect(share.take('quiet', 1)).toBe(true)
})

it('never gives away more than there is, and takes everything back', () => {
  const taking = fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), amount: fc.integer({ min: 0, max: CAPACITY }) })
  fc.assert(
    fc.property(fc.array(taking), (takings) => {
      const share = createFairShare(CAPACITY)
      const taken = takings.filter(({ tenant, amount }) => share.take(tenant, amount))
      expect(taken.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(CAPACITY)
      for (const { tenant, amount } of taken) share.giveBack(tenant, amount)
      expect(share.take('d', CAPACITY / 2)).toBe(true)
    }),
  )
})
