/** A row of `workers` and the process that it tells of. The column `card` holds the process's `info`. */
import type { WorkerInfo, WorkerProcess } from '../../ports/workers.ts'
import type { WorkerRow } from '../tables/workers.ts'

export function workerRow({ id, startedAt, renewedAt, info }: WorkerProcess): WorkerRow {
  return { id, started_at: startedAt, renewed_at: renewedAt, card: infoText(info) }
}

/** What the column `card` holds. */
export function infoText(info: WorkerInfo): string {
  return JSON.stringify(info)
}

/** Of a process of an older build, whose info is empty, nothing is told but that it is there. */
const UNKNOWN: WorkerInfo = { role: 'worker', host: '', pid: 0, version: '', threads: [], running: [] }

export function parseWorker(row: WorkerRow): WorkerProcess {
  return { id: row.id, startedAt: row.started_at, renewedAt: row.renewed_at, info: parseInfo(row.card) }
}

/** What cannot be read is unknown: the check for dead workers must not fail for it. */
function parseInfo(text: string): WorkerInfo {
  try {
    return { ...UNKNOWN, ...(JSON.parse(text) as Partial<WorkerInfo>) }
  } catch {
    return UNKNOWN
  }
}
