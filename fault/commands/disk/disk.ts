/** `npm run fault -- disk`: a disk that fails, is full, damaged, read-only or locked. First on builds that must fail. */

import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { inNamespace, namespaceObstacle } from '../../harness/namespace.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { type DiskReport, failuresOf } from './report.ts'

const INSIDE = new URL('./inside.ts', import.meta.url)
const SHOWN_FAULTS = 20

export interface DiskOptions {
  seed: number
  /** Whether sabotaged builds come first. */
  controls: boolean
  /** I/O errors, full disks, damaged files, second processes. */
  errors: number
  fills: number
  images: number
  seconds: number
  /** Rows of docs/guarantees.md, by comma; '' is all. */
  rows: string
  /** A refused start must be over by then, milliseconds. */
  limitMs: number
}

/** Why the command cannot run here; null when it can. */
export function diskObstacle(): string | null {
  return namespaceObstacle() ?? straceObstacle()
}

export function runDisk(options: DiskOptions): Promise<DiskReport> {
  return inNamespace(INSIDE, [JSON.stringify(options)])
}

/** True when every control was seen and every row held. */
export async function disk({ print, record, ...options }: DiskOptions & Output): Promise<boolean> {
  const obstacle = diskObstacle()
  if (obstacle !== null) throw new Error(`it needs root on Linux, a mount namespace and strace: ${obstacle}`)
  print(`in a mount namespace, with strace (seed ${options.seed})`)
  const report = await runDisk(options)
  for (const { name, sight, says } of report.controls) print(`control: a build that ${name}: ${describeSight(sight)} (${says})`)
  for (const { id, name, cases, faults, figures } of report.rows) {
    print(`${id.padEnd(4)} ${`${Math.max(0, cases - faults.length)}/${cases}`.padStart(9)}   ${name}`)
    print(`${' '.repeat(17)}${figures}`)
  }
  record(
    Object.fromEntries(report.rows.map(({ name, cases, faults, figures }) => [name, `${cases - faults.length} of ${cases}: ${figures}`])),
    {
      cases: `${report.rows.reduce((sum, { cases }) => sum + cases, 0)} faults`,
      lost: String(report.rows.reduce((sum, { faults }) => sum + faults.length, 0)),
    },
  )
  const faults = failuresOf(report)
  for (const fault of faults.slice(0, SHOWN_FAULTS)) print(`BREACH  ${fault}`)
  print(faults.length === 0 ? 'held' : `FAILED: ${faults.length} breaches`)
  return faults.length === 0
}
