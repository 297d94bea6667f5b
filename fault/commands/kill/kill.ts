/** `npm run fault -- kill`: random kill -9 while jobs are submitted, run and delivered. First on a build that must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { machineTime } from '../../harness/history.ts'
import { mixedJob } from '../../harness/jobs.ts'
import type { Shape } from '../../harness/own-servers.ts'
import { conclude, describeRound, failuresOf } from '../../harness/report.ts'
import type { RestartableService } from '../../harness/restartable-service.ts'
import { type RoundOptions, type RoundReport, runRound } from '../../harness/round.ts'

const EARLY_ACK = sabotage('early-ack')
const CONTROL_KILLS = 2
/** Of the sabotaged build: a kill so soon after a 202 comes before the commit, milliseconds. */
const BEFORE_COMMIT_MS = 150
/** A start must be ready within so many milliseconds. */
const READY_MS = 2000
/** The service works this load off in lives of half a second and less: at the end nothing waits that the kills have not held up. */
const LOAD = { clients: 16, pauseMs: 120, nextJob: mixedJob, fault: (service: RestartableService) => service.kill() }

export interface KillOptions extends Shape {
  kills: number
  seed: number
  /** No kill after this many milliseconds. */
  timeLimitMs: number
}

/** A build that answers 202 before the commit, killed right after a 202: the checker must see jobs lost. */
export async function runControl(seed: number, { redis = false, postgres = false }: Shape = {}): Promise<Control<RoundReport>> {
  let met = false
  return runUntilMet({
    run: (n) =>
      runRound({
        ...LOAD,
        faults: CONTROL_KILLS,
        seed: seed + n,
        redis,
        postgres,
        timeLimitMs: 60_000,
        preload: [EARLY_ACK],
        async fault(service, _rng, moments) {
          const at = await moments.next('ack')
          await service.kill()
          met ||= at !== null && machineTime() - at < BEFORE_COMMIT_MS
        },
      }),
    met: () => met,
    seen: ({ tally }) => tally.lost > 0,
  })
}

/** A round on the real build. */
export function runKills({
  kills,
  ...options
}: { kills: number } & Pick<RoundOptions, 'seed' | 'timeLimitMs' | 'onFault' | 'redis' | 'postgres'>): Promise<RoundReport> {
  return runRound({ ...LOAD, faults: kills, ...options })
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function kill({ print, record, ...options }: KillOptions & Output): Promise<boolean> {
  const { seed, kills } = options
  print(`control: a build that acknowledges before the commit, killed right after a 202 (seed ${seed})`)
  const { report: control, sight } = await runControl(seed, options)
  print(`  lost ${control.tally.lost} of ${control.tally.acknowledged} acknowledged: ${describeSight(sight)}`)
  if (sight !== 'seen') {
    print(`  history and data: ${control.folder}`)
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
  const { tally } = report
  const { slowestReady, killsOnWork, kills: done } = tally
  record(
    {
      kills: done,
      'kills on work in flight': killsOnWork,
      'jobs acknowledged': tally.acknowledged,
      'jobs lost': tally.lost,
      'jobs stuck': tally.stuck,
      'callbacks sent': tally.callbacks,
      'callbacks sent twice': tally.duplicates,
      'bound on them: in flight at a kill': tally.inFlight,
      'slowest start after a kill': `${Math.round(slowestReady)} ms`,
      'integrity check': report.integrity,
    },
    { cases: `${done.toLocaleString('en')} kills, ${tally.acknowledged.toLocaleString('en')} jobs`, lost: String(tally.lost) },
  )
  if (slowestReady > READY_MS) print(`  BREACH                a start took more than ${READY_MS} ms until ready`)
  if (done < kills) print(`  CUT SHORT             after ${done} kills: give it more with --minutes-limit`)
  const held = failuresOf(report).length === 0 && killsOnWork > 0 && done === kills && slowestReady <= READY_MS
  return conclude(held, report.folder, print)
}
