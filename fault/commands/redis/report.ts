/** The figures of `redis` as lines to print. */
import type { BlockReport } from './block.ts'
import type { FaultReport } from './fault-round.ts'
import { submitP99 } from './verdict.ts'

export function describeRound({ fault, quiet, awayMs, waiting, jobsWaitMs, callbacksWaitMs, settledMs }: FaultReport): string {
  const name = `${fault.name}${quiet ? ', no new work' : ''}`
  const waits = `jobs ${seconds(jobsWaitMs)}, callbacks ${seconds(callbacksWaitMs)}`
  return (
    `${name.padEnd(41)} away ${seconds(awayMs)}, ${waiting} waiting; ` +
    `longest without a turn after that: ${waits}; settled in ${seconds(settledMs)}`
  )
}

export function describeBlocks(reports: readonly BlockReport[]): string[] {
  const rounds = reports.flatMap((report) => report.rounds)
  const sum = (of: (report: BlockReport) => number) => reports.reduce((total, report) => total + of(report), 0)
  const onWork = rounds.filter(({ waiting }) => waiting > 0)
  const cuts = rounds.reduce((total, round) => total + round.cuts, 0)
  const most = (of: (round: FaultReport) => number) => seconds(Math.max(0, ...rounds.map(of)))
  return [
    `faults                ${rounds.length}, ${onWork.length} of them on work that waited; ${cuts} replies cut`,
    `jobs                  ${sum(({ tally }) => tally.requests)} submitted, ${sum(({ tally }) => tally.acknowledged)} acknowledged`,
    `lost                  ${sum(({ tally }) => tally.lost)}`,
    `stuck                 ${sum(({ tally }) => tally.stuck)}`,
    `callbacks             ${sum(({ tally }) => tally.callbacks)} received, ${sum(({ tally }) => tally.deadLetters)} dead letters`,
    `duplicates            ${sum(({ tally }) => tally.duplicates)}`,
    `back at work          jobs within ${most(({ jobsWaitMs }) => jobsWaitMs)} of Redis' return, ` +
      `callbacks within ${most(({ callbacksWaitMs }) => callbacksWaitMs)}`,
    `p99 of submits        ${Math.round(submitP99(rounds))} ms while Redis was away or just back`,
    `processes gone        ${sum(({ gone }) => gone.length)}`,
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
