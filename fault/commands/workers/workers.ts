/**
 * `npm run fault -- workers`: an API and workers over one data folder; workers are killed, frozen and stopped, the API is restarted.
 * First on a build that must fail.
 */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage, tuning } from '../../harness/builds.ts'
import { conclude, describeRound, describeSight, failuresOf } from '../../harness/report.ts'
import { runWorkersRound, type WorkersReport } from './round.ts'
import { describeFigures, type Figures, failuresOfWorkers } from './verdict.ts'

const UNFENCED = sabotage('unfenced')
const FAST_HEARTBEAT = tuning('fast-heartbeat')
const WORKERS = 4
/** Beyond the lease of a frozen worker. */
const FREEZE_MS = 15_000
const FREEZE_EVERY_MS = 8_000
const RESTART_EVERY_MS = 20_000
const KILL_EVERY_MS = 1_000
const STOP_EVERY_MS = 5_000

/** A worker is frozen for longer than its lease, which is made short, while others take up what it was at. */
export function runFrozen(seed: number, preload: readonly URL[] = []): Promise<WorkersReport> {
  return runWorkersRound({
    workers: 2,
    pace: { freezeEvery: 2_500, freezeFor: 7_000 },
    // Until long after the freeze must have begun, and not until there could be another.
    ms: 7_000,
    seed,
    // So few that all of them fit into the slots of the worker that is left.
    pauseMs: 4_000,
    runMs: { shortest: 4_000, longest: 6_000 },
    preload: [FAST_HEARTBEAT, ...preload],
  })
}

/** Without fencing it must be seen to write over what others have done meanwhile. */
export function runControl(seed: number): Promise<WorkersReport> {
  return runFrozen(seed, [UNFENCED])
}

const WRITTEN_OVER = /under several webhook-ids|^its attempt went from|^was \w+, then/

/** Jobs that ended with a frozen run's result, and signs of one that wrote its result and was written over again. */
export function harmDone({ figures, findings }: WorkersReport): number {
  return figures.staleCommits + findings.filter(({ says }) => WRITTEN_OVER.test(says)).length
}

/** Everything that happens in minutes, in seconds: with a short lease. */
export function runShort(seed: number): Promise<WorkersReport> {
  return runWorkersRound({
    workers: 3,
    pace: { killEvery: 1_000, freezeEvery: 1_000, freezeFor: 3_500, stopEvery: 1_500, restartEvery: 2_500 },
    ms: 5_000,
    seed,
    pauseMs: 1_500,
    runMs: { shortest: 50, longest: 1_500 },
    preload: [FAST_HEARTBEAT],
  })
}

export function failuresOfReport(report: WorkersReport): string[] {
  return [...failuresOf(report), ...failuresOfWorkers(report.figures), ...report.badStops]
}

/** InjectedFaults that met nothing they could have harmed: a line each; none = every kind of them landed. */
function missesOf({ killsOnRuns, freezesOnRuns, fencedOff, handedOnMs }: Figures): string[] {
  const met = {
    'no kill met a run': killsOnRuns,
    'no freeze met a run': freezesOnRuns,
    'no run of a frozen worker was taken up before the thaw': fencedOff,
    'no stop had a run to hand back': handedOnMs.length,
  }
  return Object.entries(met).flatMap(([says, count]) => (count > 0 ? [] : [says]))
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function workers({
  minutes,
  seed,
  print,
}: {
  minutes: number
  seed: number
  print: (line: string) => void
}): Promise<boolean> {
  print(`control: workers of a build without fencing are frozen for longer than their lease (seed ${seed})`)
  const control = await runControl(seed)
  const seen = harmDone(control)
  print(
    `  ${seen} signs of what they wrote when they woke (${control.figures.staleCommits} jobs ended with it): ${describeSight(seen > 0)}`,
  )
  if (seen === 0) {
    print(`  the checker is blind; history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(
    `an API and ${WORKERS} workers, ${minutes} minutes: a kill a second, freezes of ${FREEZE_MS / 1000} s and more, orderly stops, restarts of the API (seed ${seed})`,
  )
  const report = await runWorkersRound({
    workers: WORKERS,
    pace: {
      killEvery: KILL_EVERY_MS,
      freezeEvery: FREEZE_EVERY_MS,
      freezeFor: FREEZE_MS,
      stopEvery: STOP_EVERY_MS,
      restartEvery: RESTART_EVERY_MS,
    },
    ms: minutes * 60_000,
    seed,
    pauseMs: 1_500,
    runMs: { shortest: 50, longest: 4_000 },
    onFault: (faults) => {
      if (faults % 20 === 0) print(`  ${faults} kills, freezes and stops`)
    },
  })
  const { figures, apiRestarts, folder } = report
  for (const line of [...describeRound(report), ...describeFigures(figures)]) print(`  ${line}`)
  print(`  API restarted         ${apiRestarts} times, ${report.tally.stops - figures.stops} of them in order`)
  const misses = missesOf(figures)
  for (const failure of [...failuresOfWorkers(figures), ...report.badStops, ...misses]) print(`  BREACH                ${failure}`)
  const held = failuresOfReport(report).length === 0 && misses.length === 0
  return conclude(held, folder, print)
}
