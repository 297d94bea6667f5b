import type Database from 'better-sqlite3'

/** Pages of the write-ahead log that wait for their place in the database before they are moved there (about 4 MB). */
const PAGES = 1000

/**
 * Moves the write-ahead log into the database once 1,000 pages wait. Called after the answers are out, so no commit
 * waits for it. Throws what SQLite's automatic checkpoint would swallow: a failed fsync must stop the process, because
 * the kernel forgets the pages it could not write and a second fsync would succeed without them.
 */
export function checkpointer(db: Database.Database): () => void {
  const state = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
  const run = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  return () => {
    const { log, checkpointed } = state.get() ?? { log: 0, checkpointed: 0 }
    if (log - checkpointed >= PAGES) run.get()
  }
}
