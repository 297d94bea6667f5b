import { expect, it } from 'vitest'
import { runControl } from './neighbour.ts'
import { runBlock } from './neighbour-block.ts'
import { judgePairs } from './paired-figures.ts'

/** Only the command's figures mean something; here a destination that held the others up would cost them seconds. */
const HELD_UP_MS = 100

it('with lanes off, a hung destination is seen to hold the others up', { timeout: 60_000 }, async () => {
  const { beside, without } = judgePairs((await runControl(0)).pairs)
  expect(beside).toBeGreaterThan(without + HELD_UP_MS)
})

it('a destination that hangs with hundreds of deliveries waiting holds nobody else up', { timeout: 60_000 }, async () => {
  const report = await runBlock({ pairs: 3, backlog: 400, roundMs: 500, graceMs: 2_000, workers: 0 })
  expect(judgePairs(report.pairs).difference).toBeLessThan(HELD_UP_MS)
  expect(report.waiting).toBe(400)
  expect(report.hung).toBeGreaterThan(0)
})
