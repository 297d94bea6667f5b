import { describe, expect, it } from 'vitest'
import { latencies, slowdown, slowReads } from '../../bench/stalls/figures.ts'
import type { Measured, Round } from '../../bench/stalls/measure.ts'

/** A hundred status GETs, all but two of which took `ms`, and a quick health check. */
function asked(ms: number, slowest: number): Measured {
  const times = [...Array<number>(98).fill(ms), slowest, slowest]
  const gets = times.map((time) => ({ request: 'status' as const, ms: time }))
  return { samples: [...gets, { request: 'health', ms: 1 }], loopMs: 0 }
}

const round = (beside: number, without: number): Round => ({ beside: asked(1, beside), without: asked(1, without) })

describe('the figures of rounds', () => {
  it('compare the p99 of each pair and take the medians, so one disturbed round does not count', () => {
    const { ratio, difference } = slowdown([round(3, 2), round(900, 1), round(6, 4)], 'status')
    expect(ratio).toBe(1.5)
    expect(difference).toBe(2)
  })

  it('take the latencies of all rounds together', () => {
    expect(latencies([round(10, 2), round(20, 3)], 'status')).toEqual({
      beside: { p50: 1, p99: 10, max: 20 },
      without: { p50: 1, p99: 2, max: 3 },
    })
  })

  it('call a read slow whose p99 beside the fault is above 300 ms', () => {
    expect(slowReads([round(299, 900)])).toEqual([])
    expect(slowReads([round(301, 1)])).toEqual(['the p99 of status was above 300 ms'])
  })
})
