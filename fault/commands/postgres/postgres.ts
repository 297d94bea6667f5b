/**
 * `npm run fault -- postgres`: two APIs and three workers on PostgreSQL and Redis, while the server, the connections and the processes are
 * broken. First on builds that must fail.
 */
import { redisObstacle } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { conclude } from '../../harness/report.ts'
import { CUT_BEFORE, FAULTS, type Fault, FOREIGN, LOCKED } from './faults.ts'
import { describeFault, describeReport, slowestOf } from './report.ts'
import { type PostgresReport, runPostgresRound } from './round.ts'
import { delaysOf, harmOf, missesOf } from './verdict.ts'

const SHOWN_FAILURES = 10

export interface Sabotaged {
  name: string
  preload: URL
  plan: readonly Fault[]
  /** Whether a fault met what the build breaks. */
  met(report: PostgresReport): boolean
  /** What of it the check must see. */
  harm(report: PostgresReport): number
}

export const LOST_COMMITS: Sabotaged = {
  name: 'a build to which a commit without an answer is a commit',
  preload: sabotage('lost-commit-counts'),
  plan: [CUT_BEFORE, CUT_BEFORE],
  met: ({ faults }) => faults.some(({ met }) => met > 0),
  harm: ({ tally }) => tally.lost,
}
export const FEED_BY_SEQUENCE: Sabotaged = {
  name: 'a build whose feed shows what is there, whatever is on its way',
  preload: sabotage('feed-by-sequence'),
  plan: [LOCKED, LOCKED],
  met: ({ faults }) => faults.some(({ met }) => met > 0),
  harm: ({ feed }) => feed.missed,
}

export interface PostgresOptions {
  rounds: number
  seed: number
}

/** The harm that a sabotaged build does must be seen. */
export function runControl({ preload, plan, met, harm }: Sabotaged, seed: number): Promise<Control<PostgresReport>> {
  return runUntilMet({
    run: (n) => runPostgresRound({ plan, seed: seed + n, preload: [preload] }),
    met,
    seen: (report) => harm(report) > 0,
  })
}

/** True when the controls failed as they must and the real build held. Leaves the folder of what went wrong. */
export async function postgres({ rounds, seed, print, record }: PostgresOptions & Output): Promise<boolean> {
  const obstacle = redisObstacle()
  if (obstacle !== null) throw new Error(`there is no Redis here: ${obstacle}`)
  for (const control of [LOST_COMMITS, FEED_BY_SEQUENCE]) {
    print(`control: ${control.name}`)
    const { report, sight } = await runControl(control, seed)
    print(`  ${control.harm(report)} lost or missed: ${describeSight(sight)}`)
    if (sight !== 'seen') {
      print(`  history: ${report.folder}`)
      return false
    }
    await removeFolder(report.folder)
  }

  print(`${rounds} rounds on two APIs and three workers (seed ${seed})`)
  const plan = Array.from({ length: rounds }, (_, n) => FAULTS[n % FAULTS.length] ?? FOREIGN)
  const report = await runPostgresRound({ plan, seed, onFault: (fault) => print(`  ${describeFault(fault)}`) })
  for (const line of describeReport(report)) print(`  ${line}`)
  const failures = [...harmOf(report), ...missesOf(report), ...delaysOf(report)]
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  BREACH ${failure}`)
  const { faults, tally, feed, torn, made } = report
  record({
    faults: faults.length,
    'jobs acknowledged': tally.acknowledged,
    'jobs lost': tally.lost,
    'jobs made twice': made - tally.requests,
    'half changes': torn.length,
    'jobs stuck': tally.stuck,
    'callbacks sent': tally.callbacks,
    'callbacks sent twice': tally.duplicates,
    'events missed by a reader of the feed': feed.missed,
    'work goes on, at the latest after the return': `${(slowestOf(faults) / 1000).toFixed(1)} s`,
  })
  return conclude(failures.length === 0, report.folder, print, 'history')
}
