/**
 * `npm run fault -- workers`: an API and workers over one data folder. Workers are killed, frozen and stopped, the API is restarted.
 * First on a build that must fail.
 */
import { median } from '../../../bench/compare.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage, tuning } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { conclude, describeRound, failuresOf } from '../../harness/report.ts'
import { runWorkersRound, type WorkersReport, type WorkersRoundOptions } from './round.ts'
import { delaysOf, describeFigures, harmOf, missesOf } from './verdict.ts'

const UNFENCED = sabotage('unfenced')
const FAST_HEARTBEAT = tuning('fast-heartbeat')
const WORKERS = 4
/** Beyond the lease of a frozen worker. */
const FREEZE_MS = 15_000
const FREEZE_EVERY_MS = 8_000
const RESTART_EVERY_MS = 20_000
const KILL_EVERY_MS = 1_000
const STOP_EVERY_MS = 5_000

type FrozenOptions = Pick<WorkersRoundOptions, 'preload' | 'postgres'>

/** A worker is frozen until others have begun what it ran; its lease is made short. */
export function runFrozen(seed: number, { preload = [], postgres = false }: FrozenOptions = {}): Promise<WorkersReport> {
  return runWorkersRound({
    workers: 2,
    pace: { freezeEvery: 2_500, freezeFor: 7_000 },
    // Long enough for one freeze and too short for another.
    ms: 7_000,
    seed,
    // So few that all of them fit into the slots of the worker that is left.
    pauseMs: 4_000,
    // Each ends while its worker is frozen.
    runMs: { shortest: 4_000, longest: 6_000 },
    preload: [FAST_HEARTBEAT, ...preload],
    postgres,
  })
}

/** Without fencing a frozen worker must be seen to write over what others have done meanwhile. */
export function runControl(seed: number, postgres = false): Promise<Control<WorkersReport>> {
  return runUntilMet({
    run: (n) => runFrozen(seed + n, { preload: [UNFENCED], postgres }),
    met: ({ figures }) => figures.fencedOff > 0,
    seen: (report) => writtenOver(report) > 0,
  })
}

const WRITTEN_OVER = /under several webhook-ids|^its attempt went from|^was \w+, then/

/** Jobs that ended with a frozen run's result, and signs of one that wrote its result and was written over again. */
function writtenOver({ figures, findings }: WorkersReport): number {
  return figures.staleCommits + findings.filter(({ says }) => WRITTEN_OVER.test(says)).length
}

/** Everything that happens in minutes, in seconds: with a short lease. */
export function runShort(seed: number, postgres = false): Promise<WorkersReport> {
  return runWorkersRound({
    workers: 3,
    pace: { killEvery: 1_000, freezeEvery: 1_000, freezeFor: 3_500, stopEvery: 1_500, restartEvery: 2_500 },
    ms: 5_000,
    seed,
    pauseMs: 1_500,
    runMs: { shortest: 50, longest: 1_500 },
    preload: [FAST_HEARTBEAT],
    postgres,
  })
}

/** What was lost, repeated or done wrongly, a line each; how long it took is not in it. */
export function harmOfReport(report: WorkersReport): string[] {
  return [...failuresOf(report), ...harmOf(report.figures), ...report.badStops]
}

interface WorkersOptions {
  minutes: number
  seed: number
  postgres: boolean
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function workers({ minutes, seed, postgres, print, record }: WorkersOptions & Output): Promise<boolean> {
  print(`control: a worker of a build without fencing is frozen until others have begun what it ran (seed ${seed})`)
  const { report: control, sight } = await runControl(seed, postgres)
  print(
    `  ${writtenOver(control)} signs of what it wrote at its thaw ` +
      `(${control.figures.staleCommits} jobs ended with it): ${describeSight(sight)}`,
  )
  if (sight !== 'seen') {
    print(`  history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(
    `an API and ${WORKERS} workers, ${minutes} minutes: a kill a second, freezes of ${FREEZE_MS / 1000} s and more, ` +
      `orderly stops, restarts of the API (seed ${seed})`,
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
    postgres,
    pauseMs: 1_500,
    runMs: { shortest: 50, longest: 4_000 },
    onFault: (faults) => {
      if (faults % 20 === 0) print(`  ${faults} kills, freezes and stops`)
    },
  })
  const { figures, apiRestarts, folder, tally } = report
  for (const line of [...describeRound(report), ...describeFigures(figures)]) print(`  ${line}`)
  print(`  API restarted         ${apiRestarts} times, ${tally.stops - figures.stops} of them in order`)
  const failures = [...harmOfReport(report), ...delaysOf(figures), ...missesOf(figures)]
  for (const failure of failures.slice(failuresOf(report).length)) print(`  BREACH                ${failure}`)
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  record({
    'workers killed': figures.kills,
    'workers frozen': figures.freezes,
    'workers stopped in order': figures.stops,
    'restarts of the API': apiRestarts,
    'jobs acknowledged': tally.acknowledged,
    'jobs lost': tally.lost,
    'jobs stuck': tally.stuck,
    'callbacks sent twice': tally.duplicates,
    'runs of frozen workers that were others’ before the thaw': figures.fencedOff,
    'stale commits': figures.staleCommits,
    'a dead worker’s jobs are taken up after (p50)': seconds(median(figures.takenUpMs)),
    'and at the latest': seconds(Math.max(0, ...figures.takenUpMs)),
  })
  return conclude(failures.length === 0, folder, print)
}
