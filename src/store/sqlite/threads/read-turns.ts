import type Database from 'better-sqlite3'

/** Read transactions of one turn of the event loop each: reads of a turn see one state. */
export interface ReadTurns {
  /** Runs `ask` in the read transaction of this turn of the event loop. */
  read<T>(ask: () => T): T
  /** The same, once for all who ask with this key while the transaction lasts: they get one answer, which nobody may change. */
  readOnce<T>(key: string, ask: () => T): T
  /** Ends it: what is read next sees every commit. */
  finish(): void
}

/** The reads of one turn share one read transaction: one snapshot, and the locks are taken once. */
export function readTurns(db: Database.Database): ReadTurns {
  const begin = db.prepare('BEGIN')
  const end = db.prepare('COMMIT')
  const answers = new Map<string, unknown>()

  function finish(): void {
    answers.clear()
    if (db.open && db.inTransaction) end.run()
  }

  function read<T>(ask: () => T): T {
    if (!db.inTransaction) {
      begin.run()
      setImmediate(finish)
    }
    return ask()
  }

  return {
    read,
    readOnce<T>(key: string, ask: () => T): T {
      if (answers.has(key)) return answers.get(key) as T
      const answer = read(ask)
      answers.set(key, answer)
      return answer
    },
    finish,
  }
}
