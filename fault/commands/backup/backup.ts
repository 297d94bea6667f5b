/** `npm run fault -- backup`: backups under load, restored and checked. First with a build whose backups lack jobs, which must fail. */
import { median } from '../../../bench/compare.ts'
import { comparePairs } from '../../../bench/paired-figures.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { conclude } from '../../harness/report.ts'
import { type BackupReport, runBackups } from './backup-round.ts'

const LEAKY = sabotage('leaky-backup')
/** The p99 of submits may grow by so much while a backup is taken (docs/guarantees.md, D12), or by a millisecond. */
const HIGHEST_RATIO = 1.2
const LARGEST_DIFFERENCE = 1
/** About as long as a backup takes: the p99 of a longer look has more of a busy machine in it. */
const CALM_MS = 4000

export interface BackupCommand {
  jobs: number
  backups: number
  seed: number
  /** The service has a Redis, of which no backup is taken. */
  redis: boolean
}

/** Backups that lack jobs: the check must see it. */
export function runControl(redis = false): Promise<BackupReport> {
  return runBackups({ jobs: 500, backups: 2, calmMs: 300, seed: 1, redis, preload: [LEAKY] })
}

export function lostIn({ backups }: BackupReport): number {
  return backups.reduce((sum, { restored }) => sum + (restored?.lost ?? 0), 0)
}

/** What is wrong with backups, a line each; none = everything acknowledged before a backup is in it. */
export function faultsOf({ backups }: BackupReport): string[] {
  return backups.flatMap(({ file, code, stderr, restored }) => {
    if (restored === null) return [`${file}: the command ended with ${code}: ${stderr.trim()}`]
    const faults = restored.findings.map(({ invariant, jobId, says }) => `${file}: ${invariant} ${jobId}: ${says}`)
    return restored.integrity === 'ok' ? faults : [...faults, `${file}: integrity_check: ${restored.integrity}`]
  })
}

/** True when the control failed as it must and every real backup was whole. Leaves the folder of a round that went wrong. */
export async function backup({ jobs, backups, seed, redis, print, record }: BackupCommand & Output): Promise<boolean> {
  print('control: a build whose backups lack every tenth job')
  const control = await runControl(redis)
  const lost = lostIn(control)
  print(`  lost ${lost}: ${describeSight(lost > 0)}`)
  await removeFolder(control.folder)
  if (lost === 0) return false

  print(`${backups} backups of a service with ${jobs} jobs and more (seed ${seed})`)
  const report = await runBackups({ jobs, backups, calmMs: CALM_MS, seed, redis })
  for (const one of report.backups) {
    const { beside, without } = one.latency
    print(`  ${one.stdout.split('\n')[0]?.replace(/^.*\//, '')}`)
    print(`    ${one.acknowledged} acknowledged before it, ${one.restored?.lost ?? '?'} lost after the restore`)
    print(`    p99 of a submit ${beside.toFixed(1)} ms while it was taken, ${without.toFixed(1)} ms before`)
  }
  const { ratio, difference } = comparePairs(report.backups.map((one) => one.latency))
  print(`  restores              ${report.backups.filter(({ restored }) => restored?.findings.length === 0).length}/${backups}`)
  print(`  seconds (median)      ${(median(report.backups.map(({ ms }) => ms)) / 1000).toFixed(1)}`)
  print(`  p99, paired median    × ${ratio.toFixed(2)} (${difference >= 0 ? '+' : ''}${difference.toFixed(1)} ms)`)
  const faults = faultsOf(report)
  print(`  lost                  ${lostIn(report)}`)
  for (const fault of faults.slice(0, 10)) print(`  BREACH ${fault}`)
  record({
    'backups restored': `${report.backups.filter(({ restored }) => restored?.findings.length === 0).length} of ${backups}`,
    'jobs lost': lostIn(report),
    'jobs at the start': jobs,
    'p99 of submits during a backup': `× ${ratio.toFixed(2)}`,
  })
  const isQuick = ratio <= HIGHEST_RATIO || difference <= LARGEST_DIFFERENCE
  if (!isQuick) print(`  BREACH submits were slower than × ${HIGHEST_RATIO}`)
  const held = faults.length === 0 && isQuick
  return conclude(held, report.folder, print, 'backups and data')
}
