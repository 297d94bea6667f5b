import { expect, it } from 'vitest'
import { createRng } from '../../harness/rng.ts'
import { rankTest } from './rank-test.ts'

it('says the p-values that tables say', () => {
  // U = 0 of 10 and 10: z = 50 / sqrt(175) = 3.7796
  expect(rankTest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12, 13, 14, 15, 16, 17, 18, 19, 20])).toBeCloseTo(0.000157, 6)
  expect(rankTest([1, 1, 1], [1, 1, 1])).toBe(1)
  expect(rankTest([1, 4, 5, 8], [2, 3, 6, 7])).toBeCloseTo(1, 6)
})

it('tells a shift from noise', () => {
  const rng = createRng(1)
  const sample = (shift: number) => Array.from({ length: 200 }, () => rng.next() + shift)
  expect(rankTest(sample(0), sample(0))).toBeGreaterThan(0.01)
  expect(rankTest(sample(0), sample(0.3))).toBeLessThan(0.0001)
})
