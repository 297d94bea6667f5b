import { expect, it } from 'vitest'
import { runBlock } from '../../bench/noisy-neighbour/block.ts'
import { runControl } from '../../bench/noisy-neighbour/noisy-neighbour.ts'
import { judgePairs } from '../../bench/paired-figures.ts'

/** Only the command's figures mean something, and a machine that was busy with other things is asked again; here a destination that held the others up would cost them seconds. */
const HELD_UP_MS = 100

it('a destination that hangs with hundreds of deliveries waiting holds nobody else up; with lanes off it is seen to', {
  timeout: 120_000,
  retry: 2,
}, async () => {
  const { beside, without } = judgePairs((await runControl(0)).pairs)
  expect(beside).toBeGreaterThan(without + HELD_UP_MS)
  const report = await runBlock({ pairs: 3, backlog: 400, roundMs: 500, graceMs: 2_000, workers: 0 })
  expect(judgePairs(report.pairs).difference).toBeLessThan((beside - without) / 2)
  expect(report.waiting).toBe(400)
  expect(report.hung).toBeGreaterThan(0)
})
