/** `npm run fault -- kill`: random kill -9 while jobs are submitted, run and delivered. First on a build that must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import { mixedJob } from '../../harness/jobs.ts'
import { conclude, describeRound, describeSight, failuresOf } from '../../harness/report.ts'
import type { RestartableService } from '../../harness/restartable-service.ts'
import { type RoundOptions, type RoundReport, runRound } from '../../harness/round.ts'

const EARLY_ACK = sabotage('early-ack')
const CONTROL_KILLS = 5
/** A start must be ready within so many milliseconds (docs/guarantees.md, D1). */
const READY_MS = 2000
/** Little enough to be worked off in lives of half a second and less: at the end nothing waits that the kills have not held up. */
const LOAD = { clients: 16, pauseMs: 120, nextJob: mixedJob, fault: (service: RestartableService) => service.kill() }

export interface KillOptions {
  kills: number
  seed: number
  /** The service has a Redis, which lives on. */
  redis: boolean
  /** No kill after this many milliseconds. */
  timeLimitMs: number
  print: (line: string) => void
}

/** The same round on a build that answers 202 before the commit: the checker must see jobs lost. */
export async function runControl(seed: number, kills = CONTROL_KILLS, redis = false): Promise<RoundReport> {
  return runRound({ ...LOAD, faults: kills, seed, redis, timeLimitMs: 60_000, preload: [EARLY_ACK] })
}

/** A round on the real build. */
export function runKills({
  kills,
  ...options
}: { kills: number } & Pick<RoundOptions, 'seed' | 'timeLimitMs' | 'onFault' | 'redis'>): Promise<RoundReport> {
  return runRound({ ...LOAD, faults: kills, ...options })
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function kill(options: KillOptions): Promise<boolean> {
  const { print, seed, kills, redis } = options
  print(`control: ${CONTROL_KILLS} kills of a build that acknowledges before the commit (seed ${seed})`)
  const control = await runControl(seed, CONTROL_KILLS, redis)
  print(`  lost ${control.tally.lost} of ${control.tally.acknowledged} acknowledged: ${describeSight(control.tally.lost > 0)}`)
  if (control.tally.lost === 0) {
    print(`  the checker is blind; history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(`${kills} kills (seed ${seed})`)
  const report = await runKills({
    ...options,
    onFault: (count) => {
      if (count % 10 === 0) print(`  ${count} kills`)
    },
  })
  for (const line of describeRound(report)) print(`  ${line}`)
  const { slowestReady, killsOnWork, kills: done } = report.tally
  if (slowestReady > READY_MS) print(`  BREACH                a start took more than ${READY_MS} ms until ready`)
  if (done < kills) print(`  CUT SHORT             after ${done} kills: give it more with --minutes-limit`)
  const held = failuresOf(report).length === 0 && killsOnWork > 0 && done === kills && slowestReady <= READY_MS
  return conclude(held, report.folder, print)
}
