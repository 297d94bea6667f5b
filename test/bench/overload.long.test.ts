import { describe, expect, it } from 'vitest'
import { runComeback } from '../../bench/overload/comeback.ts'
import { CONTROL as COMEBACK_CONTROL, failuresOf as comebackFailures, SHORT } from '../../bench/overload/comeback-part.ts'
import { runFlood } from '../../bench/overload/flood.ts'
import { manners } from '../../bench/overload/flood-part.ts'
import { runSlow } from '../../bench/overload/slow.ts'
import { CONTROL, HURRIED } from '../../bench/overload/slow-part.ts'

/** The figures are the benchmark's; no machine is too slow for what is asserted here. */
const TIMEOUT = { timeout: 300_000 }

describe('a flood', () => {
  it('is accepted or told when to come back, callbacks go on, and nothing acknowledged is lost in a kill', TIMEOUT, async () => {
    const report = await runFlood({ rounds: 1, roundMs: 1_500, floods: [1_200] })
    expect(manners(report.rounds.flat())).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(report.lost).toBe(0)
    for (const { accepted, callbacks } of report.rounds.flat()) {
      expect(accepted).toBeGreaterThan(0)
      expect(callbacks).toBeGreaterThan(0)
    }
  })
})

describe.concurrent('destinations that come back together', () => {
  it('are seen to meet a crowd when the breaker lets everything out at once', TIMEOUT, async ({ expect }) => {
    expect((await runComeback(COMEBACK_CONTROL)).firstWave).toBeGreaterThan(1)
  })

  it('meet one request each, then a growing number, until all has arrived', TIMEOUT, async ({ expect }) => {
    expect(comebackFailures(await runComeback(SHORT))).toEqual([])
  })
})

describe.concurrent('slow clients', () => {
  it('of every kind are let go of, and healthy ones are served meanwhile', TIMEOUT, async ({ expect }) => {
    const report = await runSlow({ ...HURRIED, clients: 60, healthyMs: 500, patience: 400 })
    expect(report.kinds.filter(({ gone }) => !Number.isFinite(gone))).toEqual([])
    expect(report.beside).toBeGreaterThan(0)
  })

  it('are seen to stay when nothing has a time limit', TIMEOUT, async ({ expect }) => {
    const control = await runSlow(CONTROL)
    expect(control.kinds.filter(({ gone }) => !Number.isFinite(gone))).toHaveLength(CONTROL.kinds.length)
  })
})
