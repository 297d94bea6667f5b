import type { WorkerStatement } from '../../steps/workers.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { workers } from '../../tables/workers.ts'
import { guarded, plain, type WriteStatement } from './statement.ts'

const WORKER = ['workers', 'id'] as const

/** The text of every write of a worker process. */
export const WORKER_STATEMENTS: Readonly<Record<WorkerStatement, WriteStatement>> = {
  insertWorker: plain(`${insertInto(workers)} ON CONFLICT (id) DO NOTHING`, WORKER),
  renewWorker: guarded('UPDATE workers SET renewed_at = @renewed_at, card = @card WHERE id = @id', WORKER),
  removeWorker: guarded('DELETE FROM workers WHERE id = @id AND renewed_at = @renewed_at', WORKER),
}
