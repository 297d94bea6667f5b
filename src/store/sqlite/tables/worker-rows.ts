/** The processes that work beside others. */
import type { WorkerInfo, WorkerProcess } from '../../../ports/workers.ts'
import { guarded, insertInto, plain, type Step } from './step.ts'

export interface WorkerRow {
  id: string
  started_at: number
  renewed_at: number
  card: string
}

export const WORKER_STATEMENTS = {
  insertWorker: plain(`${insertInto('workers', ['id', 'started_at', 'renewed_at', 'card'])} ON CONFLICT (id) DO NOTHING`),
  renewWorker: guarded('UPDATE workers SET renewed_at = ?, card = ? WHERE id = ?'),
  removeWorker: guarded('DELETE FROM workers WHERE id = ? AND renewed_at = ?'),
}

type WorkerStep = Step<keyof typeof WORKER_STATEMENTS>

export function insertWorker({ id, startedAt, renewedAt, card }: WorkerProcess): WorkerStep[] {
  return [{ statement: 'insertWorker', params: [id, startedAt, renewedAt, JSON.stringify(card)] }]
}

export function renewWorker(id: string, at: number, card: WorkerInfo): WorkerStep[] {
  return [{ statement: 'renewWorker', params: [at, JSON.stringify(card), id] }]
}

export function removeWorker(id: string, renewedAt: number): WorkerStep[] {
  return [{ statement: 'removeWorker', params: [id, renewedAt] }]
}

/** Of a process of an older build, whose card is empty, nothing is told but that it is there. */
const UNKNOWN: WorkerInfo = { role: 'worker', host: '', pid: 0, version: '', threads: [], running: [] }

export function parseWorker(row: WorkerRow): WorkerProcess {
  return { id: row.id, startedAt: row.started_at, renewedAt: row.renewed_at, card: parseCard(row.card) }
}

/** What cannot be read is unknown: the roll call must not fail for it. */
function parseCard(text: string): WorkerInfo {
  try {
    return { ...UNKNOWN, ...(JSON.parse(text) as Partial<WorkerInfo>) }
  } catch {
    return UNKNOWN
  }
}
