/** The processes that work beside others. */
import type { WorkerProcess } from '../../ports.ts'
import { guarded, insertInto, plain, type Step } from './step.ts'

export interface WorkerRow {
  id: string
  started_at: number
  renewed_at: number
}

export const WORKER_STATEMENTS = {
  insertWorker: plain(`${insertInto('workers', ['id', 'started_at', 'renewed_at'])} ON CONFLICT (id) DO NOTHING`),
  renewWorker: guarded('UPDATE workers SET renewed_at = ? WHERE id = ?'),
  removeWorker: guarded('DELETE FROM workers WHERE id = ? AND renewed_at = ?'),
}

type WorkerStep = Step<keyof typeof WORKER_STATEMENTS>

export function insertWorker({ id, startedAt, renewedAt }: WorkerProcess): WorkerStep[] {
  return [{ statement: 'insertWorker', params: [id, startedAt, renewedAt] }]
}

export function renewWorker(id: string, at: number): WorkerStep[] {
  return [{ statement: 'renewWorker', params: [at, id] }]
}

export function removeWorker(id: string, renewedAt: number): WorkerStep[] {
  return [{ statement: 'removeWorker', params: [id, renewedAt] }]
}

export function parseWorker(row: WorkerRow): WorkerProcess {
  return { id: row.id, startedAt: row.started_at, renewedAt: row.renewed_at }
}
