/** Reads of the main thread go over a connection that takes the write lock and waits 5 s for it, the driver's own default. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/threads/read-turns.ts', "db.prepare('BEGIN')", "db.prepare('BEGIN IMMEDIATE')")
rewrite(
  'store/sqlite/file/open-database.ts',
  '{ readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS }',
  '{ fileMustExist: true }',
)
