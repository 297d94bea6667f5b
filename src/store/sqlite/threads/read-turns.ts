import type Database from 'better-sqlite3'

/** Read transactions of one turn of the event loop each: reads of a turn see one state. */
export interface ReadTurns {
  /** Runs `ask` in the read transaction of this turn of the event loop. */
  read<T>(ask: () => T): T
  /** Ends it: what is read next sees every commit. */
  finish(): void
}

/** The reads of one turn share one read transaction: one snapshot, and the locks are taken once. */
export function readTurns(db: Database.Database): ReadTurns {
  const begin = db.prepare('BEGIN')
  const end = db.prepare('COMMIT')

  function finish(): void {
    if (db.open && db.inTransaction) end.run()
  }

  return {
    read(ask) {
      if (!db.inTransaction) {
        begin.run()
        setImmediate(finish)
      }
      return ask()
    },
    finish,
  }
}
