/** What a fuzz run found, held against what it must find. Pure. */
import type { Findings } from './schemathesis.ts'

/** Of an operation's cases, so many must get past validation: else nothing behind it was fuzzed. */
const LEAST_SHARE = 0.2

export interface Row {
  operation: string
  cases: number
  succeeded: number
}

export interface Verdict {
  rows: Row[]
  cases: number
  serverErrors: number
  /** Each as it was found. */
  faults: string[]
}

/** @param operations every operation of the document, as `GET /path` */
export function verdictOf({ answers, logs }: Findings, operations: readonly string[]): Verdict {
  const rows = operations.map((operation) => {
    const own = Object.entries(answers[operation] ?? {})
    return { operation, cases: sum(own), succeeded: sum(own.filter(([status]) => status.startsWith('2'))) }
  })
  const all = Object.values(answers).flatMap((counts) => Object.entries(counts))
  const serverErrors = sum(all.filter(([status]) => Number(status) >= 500))
  const faults = [
    ...rows
      .filter(({ cases, succeeded }) => succeeded < cases * LEAST_SHARE || cases === 0)
      .map(({ operation, cases, succeeded }) => `${operation}: ${succeeded} of ${cases} cases answered 2xx`),
    ...(serverErrors > 0 ? [`${serverErrors} answers of 5xx`] : []),
    ...logs,
  ]
  return { rows, cases: sum(all), serverErrors, faults }
}

function sum(counts: readonly (readonly [unknown, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0)
}
