import { expect, it } from 'vitest'
import { tally } from '../../harness/tally.ts'
import type { BlockReport } from './block.ts'
import type { FaultReport } from './fault-round.ts'
import { CUT, FLUSHED } from './faults.ts'
import { delaysOf, harmOf, missesOf } from './verdict.ts'

const ROUND: FaultReport = {
  fault: FLUSHED,
  quiet: false,
  awayMs: 5,
  waiting: 16,
  lanesLost: 0,
  cuts: 0,
  jobsWaitMs: 5_000,
  callbacksWaitMs: 300,
  settledMs: 6_000,
  submitMs: [1_000],
}
const NEVER = Number.POSITIVE_INFINITY

function block(more: Partial<BlockReport>): BlockReport {
  const verdict = { findings: [], tally: tally([]), integrity: 'ok', exitCode: 0, folder: '' }
  return { ...verdict, rounds: [ROUND], gone: [], ...more }
}

it('has nothing against a block that kept within its limits', () => {
  expect([...harmOf(block({})), ...delaysOf(block({})), ...missesOf(block({}))]).toEqual([])
})

it.each<[string, Partial<FaultReport>, string]>([
  ['jobs that were taken up late', { jobsWaitMs: 5_001 }, 'FLUSHALL: no job began for 5001 ms although some were due'],
  ['callbacks that were not taken up', { callbacksWaitMs: NEVER }, 'FLUSHALL: no callback began any more although some were due'],
  ['submits that were answered late', { submitMs: [10, 1_200] }, 'p99 of the submits that met a fault: 1200 ms'],
])('sees %s', (_, more, says) => {
  expect(delaysOf(block({ rounds: [{ ...ROUND, ...more }] }))).toEqual([says])
})

it('sees refused submits and processes that are gone', () => {
  const report = block({ tally: { ...tally([]), refused: { 503: 2 } }, gone: ['worker 1'] })
  expect(harmOf(report)).toEqual(['2 submits were refused (503)', 'worker 1 has ended by itself'])
})

it('sees rounds that met nothing: no work that waited, no reply to cut', () => {
  const rounds = [
    { ...ROUND, waiting: 0 },
    { ...ROUND, fault: CUT },
    { ...ROUND, fault: CUT, cuts: 1 },
  ]
  expect(missesOf(block({ rounds }))).toEqual(['FLUSHALL: no work waited', 'replies cut after execution: none was cut'])
})
