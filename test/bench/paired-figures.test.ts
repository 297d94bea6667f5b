import { describe, expect, test } from 'vitest'
import { judgePairs, p99 } from '../../bench/paired-figures.ts'

describe('p99', () => {
  const latencies = Array.from({ length: 200 }, (_, n) => 200 - n)

  test('is what 99 of 100 callbacks keep within', () => {
    expect(p99(latencies, 200)).toBe(198)
  })

  test('counts a callback that did not come as one that never comes', () => {
    expect(p99(latencies, 202)).toBe(200)
    expect(p99(latencies, 203)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the verdict over pairs', () => {
  const pair = (beside: number, without: number) => ({ beside, without })

  test('holds within a tenth, and within a millisecond of a short time', () => {
    expect(judgePairs([pair(109, 100)]).held).toBe(true)
    expect(judgePairs([pair(2.9, 2)]).held).toBe(true)
  })

  test('does not hold beyond both, nor without a pair', () => {
    expect(judgePairs([pair(112, 100)]).held).toBe(false)
    expect(judgePairs([]).held).toBe(false)
  })

  test('is not moved by a pair that something else disturbed', () => {
    expect(judgePairs([pair(20, 20), pair(900, 20), pair(20, 20)])).toMatchObject({ ratio: 1, difference: 0, held: true })
  })

  test('does not hold when callbacks never come', () => {
    expect(judgePairs([pair(Number.POSITIVE_INFINITY, 20)]).held).toBe(false)
  })
})
