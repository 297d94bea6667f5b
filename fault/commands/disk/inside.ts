/** The `disk` command inside its namespace. Sends its report to the parent. */

import { raiseLoopback, reportFromInside } from '../../harness/namespace.ts'
import { damagedFiles, damagedFilesControl } from './damaged.ts'
import type { DiskOptions } from './disk.ts'
import { durableMode } from './durability.ts'
import { lockedFromOutside } from './external-lock.ts'
import { failingDisk, failingDiskControls } from './failing.ts'
import { uselessFolders } from './folders.ts'
import { fullDisk } from './full.ts'
import type { DiskReport, Row } from './report.ts'
import { secondProcess } from './second.ts'

type Part = () => Promise<DiskReport>

/** By rows of docs/guarantees.md. */
function partsOf({ seed, controls, errors, fills, images, seconds, limitMs }: DiskOptions): Record<string, Part> {
  return {
    D4: alone(() => durableMode(limitMs)),
    D5: async () => ({ controls: controls ? await failingDiskControls(seed) : [], rows: await failingDisk(seed, errors) }),
    D6: alone(() => fullDisk(seed, fills)),
    D7: alone(() => uselessFolders(limitMs)),
    D8: async () => ({ controls: controls ? [await damagedFilesControl(seed)] : [], rows: await damagedFiles(seed, images) }),
    D9: alone(() => secondProcess(seconds, limitMs)),
    D10: alone(() => lockedFromOutside(limitMs)),
  }
}

function alone(row: () => Promise<Row>): Part {
  return async () => ({ controls: [], rows: [await row()] })
}

async function run(options: DiskOptions): Promise<DiskReport> {
  raiseLoopback([])
  const wanted = options.rows === '' ? null : options.rows.split(',')
  const report: DiskReport = { controls: [], rows: [] }
  for (const [id, part] of Object.entries(partsOf(options))) {
    if (wanted?.includes(id) === false) continue
    const { controls, rows } = await part()
    report.controls.push(...controls)
    report.rows.push(...rows)
  }
  return report
}

await reportFromInside(() => run(JSON.parse(process.argv[2] ?? '') as DiskOptions))
