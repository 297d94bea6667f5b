/** A process that brings databases to the present schema when it is told to, and dies on the way if it is told so. */
import Database from 'better-sqlite3'
import { migrate } from '../../../src/store/sqlite/file/migrate.ts'

/** `dieAt`: kills itself instead of the statement of this number, counted from 0; the first one takes the lock. */
export interface Order {
  path: string
  dieAt: number | null
}

/** `waits`: its next statement takes the lock. `locked`: one that is about to die has it. `done`: its statements, or why it could not. */
export type Report = { kind: 'waits' } | { kind: 'locked' } | { kind: 'done'; statements: number; error: string | null }

const PATIENCE_MS = 10_000
/** Long enough for the others to queue up behind one that is about to die. */
const HELD_MS = 30

process.on('message', ({ path, dieAt }: Order) => {
  const db = new Database(path, { timeout: PATIENCE_MS })
  let statements = 0
  const exec = db.exec.bind(db)
  db.exec = (source) => {
    if (statements === 0) tell({ kind: 'waits' })
    if (statements === dieAt) process.kill(process.pid, 'SIGKILL')
    exec(source)
    statements += 1
    if (statements === 1 && dieAt !== null) {
      tell({ kind: 'locked' })
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_MS)
    }
    return db
  }
  let error: string | null = null
  try {
    migrate(db)
  } catch (thrown) {
    error = String(thrown)
  }
  db.close()
  tell({ kind: 'done', statements, error })
})
process.on('disconnect', () => process.exit())

function tell(report: Report): void {
  process.send?.(report)
}
