/** A row of `workers` and the process that it tells of. The column `card` holds the process's `info`. */
import type { WorkerInfo, WorkerProcess } from '../../ports/workers.ts'
import type { WorkerRow } from '../tables/workers.ts'

/** The row of a worker process. */
export function workerRow({ id, startedAt, renewedAt, info }: WorkerProcess): WorkerRow {
  return { id, started_at: startedAt, renewed_at: renewedAt, card: infoText(info) }
}

/** What the column `card` holds. */
export function infoText(info: WorkerInfo): string {
  return JSON.stringify(info)
}

/** The info of a process of an older build, which told none. */
const UNKNOWN: WorkerInfo = { role: 'worker', host: '', pid: 0, version: '', threads: [], running: [] }

/** The worker process of a row. Members that its info lacks are empty, all of them when it is not JSON. Nothing else is checked. */
export function parseWorker(row: WorkerRow): WorkerProcess {
  return { id: row.id, startedAt: row.started_at, renewedAt: row.renewed_at, info: parseInfo(row.card) }
}

/** What cannot be read is unknown: one such row must not cost the list of processes. */
function parseInfo(text: string): WorkerInfo {
  try {
    return { ...UNKNOWN, ...(JSON.parse(text) as Partial<WorkerInfo>) }
  } catch {
    return UNKNOWN
  }
}
