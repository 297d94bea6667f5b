import type { Session } from '../domain/session.ts'
import type { Page, PageQuery } from './page.ts'

/** Reads of sessions. */
export interface SessionReads {
  /** Also one that has expired and is not purged yet. */
  find(idHash: Uint8Array): Promise<Session | null>
  list(query: PageQuery): Promise<Page<Session>>
}
