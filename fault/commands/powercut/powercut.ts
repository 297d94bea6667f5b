/** `npm run fault -- powercut`: what a power cut at any fsync would leave of the data folder. First on a build that must lose work. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { examinePowerCuts, type PowercutReport } from './examine.ts'

const NO_COMMIT_FSYNC = sabotage('no-commit-fsync')
const CONTROL_JOBS = 40
/** A start must be ready within so many milliseconds (docs/guarantees.md, D1). */
const READY_MS = 2000
const SHOWN_BREACHES = 10

export interface PowercutCommand {
  jobs: number
  starts: number
  seed: number
}

/** The same on a build that does not wait for the disk at a commit: acknowledged jobs must be missing. */
export function runPowercutControl(seed: number, jobs = CONTROL_JOBS): Promise<PowercutReport> {
  return examinePowerCuts({ jobs, starts: 0, seed, preload: [NO_COMMIT_FSYNC] })
}

/** What is wrong with a report of the real build, a line each. */
export function powercutFailures({ acks, lossy, lost, breaches, wal }: PowercutReport): string[] {
  const failures = [...breaches]
  if (lossy > 0) failures.push(`${lost.size} jobs that had been told of were missing in ${lossy} images`)
  if (wal.unsynced > 0) failures.push(`${wal.unsynced} of ${wal.commits} commits were not followed by an fsync`)
  if (acks === 0) failures.push('no 202 was found in the trace')
  return failures
}

/** True when the control lost work and the real build lost none. Leaves the folder of a run that went wrong. */
export async function powercut({ print, record, ...options }: PowercutCommand & Output): Promise<boolean> {
  const obstacle = straceObstacle()
  if (obstacle !== null) throw new Error(`nothing can be traced here: ${obstacle}`)
  const { jobs, seed } = options
  print(`control: ${CONTROL_JOBS} jobs on a build that does not fsync its commits (seed ${seed})`)
  const control = await runPowercutControl(seed)
  const seen = control.lossy > 0 && control.wal.unsynced > 0
  print(
    `  ${control.lost.size} of ${control.acks} acknowledged missing in ${control.lossy} images, ` +
      `${control.wal.unsynced} of ${control.wal.commits} commits without an fsync: ${describeSight(seen)}`,
  )
  if (!seen) {
    print(`  trace and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(`${jobs} jobs (seed ${seed})`)
  const report = await examinePowerCuts(options)
  const failures = powercutFailures(report)
  if (report.slowestStart > READY_MS) failures.push(`a start took more than ${READY_MS} ms until ready`)
  for (const line of describe(report)) print(`  ${line}`)
  for (const failure of failures.slice(0, SHOWN_BREACHES)) print(`  BREACH                ${failure}`)
  if (failures.length > SHOWN_BREACHES) print(`                        and ${failures.length - SHOWN_BREACHES} more`)
  const images = Object.values(report.images).reduce((sum, one) => sum + one, 0)
  record(
    {
      'images checked': images,
      'jobs acknowledged': report.acks,
      'jobs lost': report.lost.size,
      commits: report.wal.commits,
      'commits without an fsync': report.wal.unsynced,
      'images started': report.starts,
      'slowest start on an image': `${Math.round(report.slowestStart)} ms`,
    },
    { cases: `${images.toLocaleString('en')} images, ${report.acks} jobs`, lost: String(report.lost.size) },
  )
  if (failures.length === 0) await removeFolder(report.folder)
  print(failures.length === 0 ? 'held' : `FAILED; trace and data: ${report.folder}`)
  return failures.length === 0
}

function describe({ images, lossy, lost, acks, wal, starts, slowestStart }: PowercutReport): string[] {
  const kinds = Object.entries(images).map(([kind, count]) => `${count} ${kind}`)
  const count = Object.values(images).reduce((sum, one) => sum + one, 0)
  return [
    `images checked        ${count}: ${kinds.join(', ')}`,
    `lost                  ${lost.size} of ${acks} acknowledged, in ${lossy} images`,
    `fsyncs                ${wal.fsyncs} of the log for ${wal.commits} commits (${wal.unsynced} without) ` +
      `and ${acks} acknowledgements: ${(wal.fsyncs / acks).toFixed(2)} each`,
    `started               ${starts} images, ready after ${Math.round(slowestStart)} ms at most`,
  ]
}
