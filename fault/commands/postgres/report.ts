/** The figures of `postgres` as lines to print. */
import type { FaultReport, PostgresReport } from './round.ts'

export function describeFault({ fault, awayMs, met, resumedMs }: FaultReport): string {
  return `${fault.name.padEnd(38)} away ${seconds(awayMs)}, met ${String(met).padStart(3)}; work went on after ${seconds(resumedMs)}`
}

export function describeReport({ faults, tally, feed, torn, made }: PostgresReport): string[] {
  return [
    `faults                ${faults.length}`,
    `jobs                  ${tally.requests} submitted, ${tally.acknowledged} acknowledged; ${made} are there`,
    `lost                  ${tally.lost}`,
    `half changes          ${torn.length}`,
    `stuck                 ${tally.stuck}`,
    `callbacks             ${tally.callbacks} received, ${tally.deadLetters} dead letters, ${tally.duplicates} came twice`,
    `feed                  ${feed.events} events, ${feed.missed} missed by a reader`,
    `back at work          within ${seconds(slowestOf(faults))} of the return`,
  ]
}

/** Milliseconds. */
export function slowestOf(faults: readonly FaultReport[]): number {
  return Math.max(0, ...faults.map(({ resumedMs }) => resumedMs))
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
