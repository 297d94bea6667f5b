import { describe, expect, test } from 'vitest'
import { comparePairs, p99 } from '../../bench/paired-figures.ts'

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

describe('the figures of pairs', () => {
  const pair = (beside: number, without: number) => ({ beside, without })

  test('are not moved by a pair that something else disturbed', () => {
    expect(comparePairs([pair(20, 20), pair(900, 20), pair(20, 20)])).toMatchObject({ ratio: 1, difference: 0 })
  })

  test('are infinite when callbacks never come', () => {
    expect(comparePairs([pair(Number.POSITIVE_INFINITY, 20)])).toMatchObject({ ratio: Number.POSITIVE_INFINITY })
  })
})
