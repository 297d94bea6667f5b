/** What is wrong with a block of `redis`. Pure. */
import { p99 } from '../../../bench/paired-figures.ts'
import { failuresOf } from '../../harness/report.ts'
import type { BlockReport } from './block.ts'
import type { FaultReport } from './fault-round.ts'
import { CUT } from './faults.ts'

/** Promised: turns are taken so soon after Redis' return, and submits answered so soon whatever happens to it. Milliseconds. */
const RESUMED_MS = 5_000
const ANSWERED_MS = 1_000

/** What was lost, repeated, refused or ended: a line each; none = nothing was. */
export function harmOf(report: BlockReport): string[] {
  return [
    ...failuresOf(report),
    ...Object.entries(report.tally.refused).map(([status, count]) => `${count} submits were refused (${status})`),
    ...report.gone.map((name) => `${name} has ended by itself`),
  ]
}

/** Faults that met nothing they could have harmed: a line each; none = every one landed. */
export function missesOf({ rounds }: BlockReport): string[] {
  return rounds.flatMap(({ fault, waiting, cuts }) => [
    ...(waiting === 0 ? [`${fault.name}: no work waited`] : []),
    ...(fault === CUT && cuts === 0 ? [`${fault.name}: none was cut`] : []),
  ])
}

/** What took too long: a line each; none = nothing did. */
export function delaysOf({ rounds }: BlockReport): string[] {
  const slow = submitP99(rounds)
  const answered = slow <= ANSWERED_MS ? [] : [`p99 of the submits that met a fault: ${Math.round(slow)} ms`]
  return [...answered, ...rounds.flatMap(waitsOf)]
}

function waitsOf(round: FaultReport): string[] {
  const waits = { job: round.jobsWaitMs, callback: round.callbacksWaitMs }
  return Object.entries(waits).flatMap(([what, ms]) => {
    if (ms <= RESUMED_MS) return []
    const time = Number.isFinite(ms) ? `for ${Math.round(ms)} ms` : 'any more'
    return [`${round.fault.name}: no ${what} began ${time} although some were due`]
  })
}

/** Milliseconds; 0 when no submit met a fault. */
export function submitP99(rounds: readonly FaultReport[]): number {
  const all = rounds.flatMap(({ submitMs }) => submitMs)
  return all.length === 0 ? 0 : p99(all, all.length)
}
