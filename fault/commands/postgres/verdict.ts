/** What is wrong with a run of `postgres`. Pure. */
import { failuresOf } from '../../harness/report.ts'
import type { PostgresReport } from './round.ts'

/** Promised: so soon after the server's return work goes on, milliseconds. */
const RESUMED_MS = 5_000

/** A callback whose outcome could not be recorded is sent again: these are counted, and promised only to be few. */
const REPEATED = /was sent again|callbacks were in flight at the kills/

/** What was lost, torn, missed or stuck: a line each; none = nothing was. */
export function harmOf(report: PostgresReport): string[] {
  const { feed, torn, made, tally } = report
  return [
    ...failuresOf({ ...report, findings: report.findings.filter(({ says }) => !REPEATED.test(says)) }),
    ...torn.map((line) => `half a change: ${line}`),
    ...(made === tally.requests ? [] : [`${tally.requests} requests made ${made} jobs`]),
    ...(feed.missed === 0 ? [] : [`a reader of the feed went past ${feed.missed} of ${feed.events} events`]),
  ]
}

/** Faults that met nothing: a line each; none = every one landed. */
export function missesOf({ faults }: PostgresReport): string[] {
  return faults.filter(({ met }) => met === 0).map(({ fault }) => `${fault.name}: it met nothing`)
}

/** What took too long: a line each; none = nothing did. */
export function delaysOf({ faults }: PostgresReport): string[] {
  return faults
    .filter(({ resumedMs }) => resumedMs > RESUMED_MS)
    .map(({ fault, resumedMs }) => `${fault.name}: work went on only after ${Math.round(resumedMs)} ms`)
}
