/** The writes of sessions as steps. */
import type { Session } from '../../domain/session.ts'
import type { Write } from '../../ports/change.ts'
import { sessionRow } from '../rows/session-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type SessionStatement = 'insertSession' | 'deleteSession' | 'purgeSessions'

type SessionStep = Step<SessionStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

/** A new session. */
export function insertSession(session: Session): SessionStep[] {
  return [{ statement: 'insertSession', params: sessionRow(session) }]
}

/** Guarded: it is there. */
export function deleteSession({ idHash }: Of<'deleteSession'>): SessionStep[] {
  return [{ statement: 'deleteSession', params: { id_hash: idHash } }]
}

/** At most `limit` sessions that are over. */
export function purgeSessions({ before, limit }: Of<'purgeSessions'>): SessionStep[] {
  return [{ statement: 'purgeSessions', params: { before, limit } }]
}
