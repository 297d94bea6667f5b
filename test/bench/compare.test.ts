import { expect, it } from 'vitest'
import { compare, median, percentiles, table } from '../../bench/compare.ts'

const figures = (perSecond: number, p50: number | null = 1) => ({ perSecond, cpuMicroseconds: 100, p50, p99: 2 })

it('takes the median of the ratios of a round, not the ratio of medians', () => {
  const rounds = [
    { ringback: figures(100), bare: figures(100) },
    { ringback: figures(400), bare: figures(500) },
    { ringback: figures(300), bare: figures(1000) },
  ]
  const { sides } = compare('accept', rounds, ['ringback', 'bare'])
  expect(sides.map(({ ratio }) => ratio)).toEqual([{ median: 0.8, lowest: 0.3, highest: 1 }, null])
})

it('measures every side by the last one', () => {
  const rounds = [{ one: figures(50), two: figures(90), four: figures(100) }]
  const { sides } = compare('workers', rounds, ['four', 'two', 'one'])
  expect(sides.map(({ name, ratio }) => [name, ratio?.median])).toEqual([
    ['four', 2],
    ['two', 1.8],
    ['one', undefined],
  ])
})

it('compares latencies when it is asked to', () => {
  const rounds = [{ redis: figures(200, 6), embedded: figures(200, 4) }]
  expect(compare('latency', rounds, ['redis', 'embedded'], 'p50').sides[0]?.ratio?.median).toBe(1.5)
})

it('takes the mean of the two in the middle of an even number', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

it('finds percentiles in any order', () => {
  const values = Array.from({ length: 101 }, (_, index) => 100 - index)
  expect(percentiles(values)).toEqual({ p50: 50, p99: 99 })
  expect(percentiles([])).toEqual({ p50: 0, p99: 0 })
})

it('prints a row for each side, with a dash where nothing was measured', () => {
  const none = { ...figures(10, null), p99: null }
  const lines = table([compare('drain', [{ ringback: none, bare: none }], ['ringback', 'bare'])]).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/drain +ringback +10 +100 +– +– +1\.00 \(1\.00 to 1\.00\)$/)
  expect(lines[2]).toMatch(/^ +bare +10 +100 +– +–$/)
})
