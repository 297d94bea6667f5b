import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDuration } from '../../src/domain/duration.ts'

const SIZES = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

test('a whole number with a unit is that many milliseconds', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.constantFrom(...(Object.keys(SIZES) as (keyof typeof SIZES)[])), (amount, unit) => {
      expect(parseDuration(`${amount}${unit}`)).toBe(amount * SIZES[unit])
    }),
  )
})

test.each(['', '5', 's', '-5s', '+5s', '5 s', '5S', '5sec', '1e3s', '.5s', '5.s', '5s5m', '٣s', ' 5s', '5s\n'])('%j is none', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
