/** Rows past their retention are purged while clients submit and ask, beside the same database where nothing is to be purged. */
import { cp } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { sabotage } from '../../fault/harness/builds.ts'
import { type Commits, commitsOf } from './commits.ts'
import { describeRounds, slowdown } from './figures.ts'
import { measureInTurns, type Round, type TurnOptions } from './measure.ts'
import { layOldRows, type OldRows, watchOldRows } from './old-rows.ts'
import { type Part, part } from './part.ts'
import { type Side, verdictOfAll, withService } from './setup.ts'
import { REQUESTS, type Verdict } from './steady-load.ts'

export const PURGE_AT_ONCE: URL = sabotage('purge-at-once')
const LOOK_MS = 200
/** A purge begins within a minute. */
const BEGIN_MS = 90_000
/** Far below what a purge does on a busy machine. */
const ROWS_PER_SECOND = 200
const SLICES = 6
/** The purge begins a minute after the start. */
const RETENTION = '30m'
const CONTROL = { rows: 60_000, retention: '20s', rounds: 1, slices: 2 }
/** The p99 may grow by so much (docs/guarantees.md, O8), or by a millisecond. */
const HIGHEST_RATIO = 1.2
const LARGEST_DIFFERENCE = 1
/** Changes in one commit, those of clients included. */
const LARGEST_COMMIT = 100
/** Share of commits that may be long: a shared disk has such moments by itself. */
const LONG_COMMITS = 0.001

export interface PurgeReport {
  /** Beside: while rows were purged. */
  rounds: Round[]
  rows: number
  /** Of them, purged during the rounds. */
  purgedInRounds: number
  /** Rows a second under the load, from the end of the rounds until none was left. */
  perSecond: number
  commits: Record<keyof Round, Commits>
  verdict: Verdict
}

export interface PurgeOptions extends Pick<TurnOptions, 'rounds' | 'slices'> {
  rows: number
  /** As the service takes it: longer than the run, since clients ask for what they have submitted, and shorter than an hour. */
  retention: string
  preload?: readonly URL[]
}

export function runPurge({ rows, retention, preload = [], ...turns }: PurgeOptions): Promise<PurgeReport> {
  return withService(async (setup) => {
    await layOldRows(setup.dataDir('purged'), rows)
    await cp(setup.dataDir('purged'), setup.dataDir('kept'), { recursive: true })
    const without = await setup.side('kept', { preload })
    const beside = await setup.side('purged', { preload, env: { RETENTION: retention } })
    const old = watchOldRows(setup.dataDir('purged'))
    try {
      const laid = old.left()
      await until(
        () => old.left() < laid,
        BEGIN_MS,
        () => sleep(LOOK_MS),
      )
      const before = old.left()
      const rounds = await measureInTurns({ beside, without, ...turns, oneAtATime: true })
      const purgedInRounds = before - old.left()
      const perSecond = await finish(old, beside)
      const commits = { beside: await commitsOf(beside.service), without: await commitsOf(without.service) }
      return { rounds, rows: laid, purgedInRounds, perSecond, commits, verdict: await verdictOfAll([beside, without]) }
    } finally {
      old.close()
    }
  })
}

/** Goes on with the load until nothing old is left. */
async function finish(old: OldRows, { load }: Side): Promise<number> {
  const before = old.left()
  const startedAt = performance.now()
  await until(
    () => old.left() === 0,
    BEGIN_MS + (before * 1000) / ROWS_PER_SECOND,
    () => load.run(LOOK_MS),
  )
  return (before * 1000) / (performance.now() - startedAt)
}

async function until(isSo: () => boolean, ms: number, pass: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + ms; !isSo(); ) {
    if (performance.now() > deadline) throw new Error(`the purge was not so far after ${ms} ms`)
    await pass()
  }
}

export function purge(rounds: number, rows: number): Part {
  return part({
    about: `${rows} rows past their retention are purged, beside the same database without any; ${rounds} rounds, then the rest`,
    sabotage: 'a purge takes 10,000 jobs in one commit',
    runControl: () => runPurge({ ...CONTROL, preload: [PURGE_AT_ONCE] }),
    harm: ({ commits: { beside } }) => `${beside.long} of ${beside.count} commits above 50 ms`,
    run: () => runPurge({ rows, retention: RETENTION, rounds, slices: SLICES }),
    describe: (report) => [...describeRounds(report.rounds), ...describePurge(report)],
    breaches: ({ rounds, purgedInRounds, commits: { beside } }) => [
      ...REQUESTS.flatMap((request) => {
        const { ratio, difference } = slowdown(rounds, request)
        return ratio > HIGHEST_RATIO && difference > LARGEST_DIFFERENCE ? [`the p99 of ${request} was above × ${HIGHEST_RATIO}`] : []
      }),
      ...(beside.long > beside.count * LONG_COMMITS ? ['more than one commit in a thousand took above 50 ms'] : []),
      ...(beside.largest > LARGEST_COMMIT ? [`a commit had more than ${LARGEST_COMMIT} changes`] : []),
      ...(purgedInRounds === 0 ? ['nothing was purged during the rounds'] : []),
    ],
  })
}

function describePurge({ rows, purgedInRounds, perSecond, commits: { beside, without } }: PurgeReport): string[] {
  const long = ({ long, count }: Commits) => `${long} of ${count}`
  return [
    `${purgedInRounds} rows purged during the rounds, then ${perSecond.toFixed(0)} a second: ${rows} in ${(rows / perSecond).toFixed(0)} s`,
    `commits above 50 ms: ${long(beside)} beside it, ${long(without)} without; at most ${beside.largest} changes in one`,
  ]
}
