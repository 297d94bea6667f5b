import type { WorkerStatement } from '../../steps/workers.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { workers } from '../../tables/workers.ts'
import { guarded, plain, type Statement } from './statement.ts'

/** The text of every write of a worker process. */
export const WORKER_STATEMENTS: Readonly<Record<WorkerStatement, Statement>> = {
  insertWorker: plain(`${insertInto(workers)} ON CONFLICT (id) DO NOTHING`),
  renewWorker: guarded('UPDATE workers SET renewed_at = @renewed_at, card = @card WHERE id = @id'),
  removeWorker: guarded('DELETE FROM workers WHERE id = @id AND renewed_at = @renewed_at'),
}
