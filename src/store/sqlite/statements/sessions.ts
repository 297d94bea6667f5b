import type { SessionStatement } from '../../steps/sessions.ts'
import { sessions } from '../../tables/sessions.ts'
import { insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type Statement } from './statement.ts'

/** The text of every write of a session. */
export const SESSION_STATEMENTS: Readonly<Record<SessionStatement, Statement>> = {
  insertSession: plain(insertInto(sessions)),
  deleteSession: guarded('DELETE FROM sessions WHERE id_hash = @id_hash'),
  purgeSessions: guarded(`
    DELETE FROM sessions WHERE seq IN (
      SELECT seq FROM sessions INDEXED BY sessions_expiry WHERE expires_at <= @before ORDER BY expires_at LIMIT @limit)`),
}
