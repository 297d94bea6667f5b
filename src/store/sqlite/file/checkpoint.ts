import type Database from 'better-sqlite3'

/** Pages of the write-ahead log that wait for their place in the database before they are moved there (about 4 MB). */
const PAGES = 1000
/** A log of so many pages (about 16 MB) is made to begin anew, which it does by itself only at a moment without readers. */
const LONG_PAGES = 4 * PAGES

/**
 * Moves the write-ahead log into the database once so many pages wait, 1,000 unless told. Called after the answers are out, so no commit
 * waits for it. Throws what SQLite's automatic checkpoint would swallow: a failed fsync must stop the process, because
 * the kernel forgets the pages it could not write and a second fsync would succeed without them.
 *
 * Under a steady load one of our reads is always under way: a long log waits for the end of those. While another process reads in one
 * long transaction nothing behind that can be moved: the log grows until the transaction ends, and the checkpoint is tried again when
 * the log has grown by as much again.
 *
 * @returns tries, and answers whether there was enough to move
 */
export function checkpointer(db: Database.Database): (pages?: number) => boolean {
  const state = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
  const run = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const restart = db.prepare<[], { busy: number }>('PRAGMA wal_checkpoint(RESTART)')
  let tooLong = LONG_PAGES
  return (pages = PAGES) => {
    const { log, checkpointed } = state.get() ?? { log: 0, checkpointed: 0 }
    if (log < tooLong && log - checkpointed < pages) return false
    if (log < tooLong) run.get()
    else tooLong = restart.get()?.busy ? log + LONG_PAGES : LONG_PAGES
    return true
  }
}
