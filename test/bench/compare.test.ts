import { expect, it } from 'vitest'
import { compare, median, table } from '../../bench/compare.ts'

const figures = (perSecond: number) => ({ perSecond, cpuMicroseconds: 100, p50: 1, p99: 2 })

it('takes the median of the ratios of pairs, not the ratio of medians', () => {
  const pairs = [
    { ringback: figures(100), bare: figures(100) },
    { ringback: figures(400), bare: figures(500) },
    { ringback: figures(300), bare: figures(1000) },
  ]
  expect(compare('accept', pairs).ratio).toEqual({ median: 0.8, lowest: 0.3, highest: 1 })
})

it('takes the mean of the two in the middle of an even number', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

it('prints a row for each side, with a dash where nothing was measured', () => {
  const none = { ...figures(10), p50: null, p99: null }
  const lines = table([compare('drain', [{ ringback: none, bare: none }])]).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/drain +ringback +10 +100 +– +– +1\.00 \(1\.00 to 1\.00\)/)
})
