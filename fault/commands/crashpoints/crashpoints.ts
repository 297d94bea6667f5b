/** `npm run fault -- crashpoints`: SIGKILL at every fsync and write of a fixed scenario. First on builds that must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { eachOf } from '../../harness/each-of.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { listPoints } from './list-points.ts'
import { nameOf, type Point } from './point.ts'
import { type PointRun, runPoint } from './run-point.ts'

/** A start after a kill must be ready within so many milliseconds (docs/guarantees.md, D1). */
const READY_MS = 2000
const AT_ONCE = 2
const SHOWN_BREACHES = 10
/** No two runs commit in quite the same groups, so a point may not be met again; of all points at most this share. */
const MOST_MISSED = 0.1

interface Control {
  about: string
  preload: URL
  /** A series of points, one of which meets the moment that this build gets wrong. */
  call: string
  from: number
  step: number
  saw: (run: PointRun) => boolean
}

const LOG = 'ringback.db-wal'
const CONTROL_TRIES = 15
/** What is still missing so soon after the kill will not come any more. */
const CONTROL_BOUND_MS = 500

export const EARLY_ACK: Control = {
  about: 'acknowledges before the commit',
  preload: sabotage('early-ack'),
  call: 'pwrite64',
  from: 34,
  step: 4,
  saw: (run) => run.tally.lost > 0,
}
export const SPLIT_END: Control = {
  about: 'commits the end of a job and its delivery apart',
  preload: sabotage('split-end'),
  call: 'fsync',
  from: 6,
  step: 1,
  saw: (run) => run.torn.some((row) => row.startsWith('an ended job without the delivery')),
}

/** Kills a sabotaged build at one point after the other until its fault shows. Gives the run that saw it, or null. */
export async function runCrashControl({ preload, call, from, step, saw }: Control): Promise<PointRun | null> {
  for (let tries = 0; tries < CONTROL_TRIES; tries += 1) {
    const run = await runPoint({ file: LOG, call, nth: from + tries * step }, { preload: [preload], boundMs: CONTROL_BOUND_MS })
    if (run === null) continue
    await removeFolder(run.folder)
    if (saw(run)) return run
  }
  return null
}

export interface CrashpointsCommand {
  /** So many, spread evenly over all there are; 0 = all. */
  points: number
}

/** True when every sabotaged build was seen and the real one recovered from every kill. Leaves the folders of runs that went wrong. */
export async function crashpoints({ points: wanted, print, record }: CrashpointsCommand & Output): Promise<boolean> {
  const obstacle = straceObstacle()
  if (obstacle !== null) throw new Error(`nothing can be traced here: ${obstacle}`)
  for (const control of [EARLY_ACK, SPLIT_END]) {
    const run = await runCrashControl(control)
    print(`control: a build that ${control.about}: ${run ? `seen at ${nameOf(run.point)}, as it must be` : describeSight(false)}`)
    if (run === null) return false
  }

  const listed = await listPoints()
  const points = wanted === 0 ? listed : spread(listed, wanted)
  print(`${points.length} of ${listed.length} points of the scenario`)
  const runs: PointRun[] = []
  let missed = 0
  const play = async (point: Point): Promise<boolean> => {
    const run = await runPoint(point)
    if (run === null) return false
    runs.push(run)
    if (runs.length % 50 === 0) print(`  ${runs.length} runs`)
    return true
  }
  await eachOf(points, AT_ONCE, async (point) => {
    if (!(await play(point))) missed += 1
  })
  // A run may write more often than the one that was traced.
  if (wanted === 0) await eachOf(lastOfEach(listed), AT_ONCE, (last) => beyond(last, play))

  const slowest = Math.max(0, ...runs.map((run) => run.readyMs))
  const failures = runs.flatMap((run) => run.failures)
  if (slowest > READY_MS) failures.push(`a start took more than ${READY_MS} ms until ready`)
  if (missed > points.length * MOST_MISSED) failures.push(`${missed} of ${points.length} points were not met again`)
  for (const line of describe(runs, missed, slowest)) print(`  ${line}`)
  for (const failure of failures.slice(0, SHOWN_BREACHES)) print(`  BREACH                ${failure}`)
  if (failures.length > SHOWN_BREACHES) print(`                        and ${failures.length - SHOWN_BREACHES} more`)
  const sum = (figure: (run: PointRun) => number) => runs.reduce((total, run) => total + figure(run), 0)
  const acknowledged = sum((run) => run.tally.acknowledged)
  const lost = sum((run) => run.tally.lost)
  record(
    {
      'system calls of the scenario': listed.length,
      'kills that fired': runs.length,
      'points not met again (which writes there are depends on how commits fall together)': missed,
      'kills on work in flight': sum((run) => run.tally.killsOnWork),
      recovered: `${runs.filter((run) => run.failures.length === 0).length} of ${runs.length}`,
      'jobs acknowledged': acknowledged,
      'jobs lost': lost,
      'jobs stuck': sum((run) => run.tally.stuck),
      'callbacks sent twice': sum((run) => run.tally.duplicates),
      'bound on them: in flight at a kill': sum((run) => run.tally.inFlight),
      'rows of half a transaction': sum((run) => run.torn.length),
      'slowest start after a kill': `${Math.round(slowest)} ms`,
    },
    { cases: `${runs.length} crash points, ${acknowledged.toLocaleString('en')} jobs`, lost: String(lost) },
  )
  const held = failures.length === 0 && runs.some((run) => run.tally.killsOnWork > 0)
  const folders = runs.filter((run) => run.failures.length > 0).map((run) => run.folder)
  print(held ? 'held' : `FAILED${folders.length > 0 ? `; history and data: ${folders.slice(0, SHOWN_BREACHES).join(' ')}` : ''}`)
  return held
}

/** So many, evenly spread over the list. */
function spread<T>(list: readonly T[], count: number): T[] {
  return list.filter((_, index) => Math.floor((index * count) / list.length) !== Math.floor(((index + 1) * count) / list.length))
}

function lastOfEach(points: readonly Point[]): Iterable<Point> {
  return new Map(points.map((point) => [`${point.call} ${point.file}`, point])).values()
}

async function beyond(last: Point, play: (point: Point) => Promise<boolean>): Promise<void> {
  for (let nth = last.nth + 1; await play({ ...last, nth }); nth += 1);
}

function describe(runs: readonly PointRun[], missed: number, slowest: number): string[] {
  const sum = (figure: (run: PointRun) => number) => runs.reduce((total, run) => total + figure(run), 0)
  const recovered = runs.filter((run) => run.failures.length === 0).length
  return [
    `kills                 ${runs.length} fired, ${sum((run) => run.tally.killsOnWork)} of them on work in flight ` +
      `(${missed} points were not met again)`,
    `recovered             ${recovered} of ${runs.length}`,
    `jobs                  ${sum((run) => run.tally.acknowledged)} acknowledged, ` +
      `lost ${sum((run) => run.tally.lost)}, stuck ${sum((run) => run.tally.stuck)}`,
    `torn                  ${sum((run) => run.torn.length)} rows of half a transaction`,
    `duplicates            ${sum((run) => run.tally.duplicates)} callbacks (at most ${sum((run) => run.tally.inFlight)} were in flight)`,
    `start until ready     ${Math.round(slowest)} ms at most`,
  ]
}
