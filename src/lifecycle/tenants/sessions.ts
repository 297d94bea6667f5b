import { type Session, secretHash } from '../../domain/session.ts'
import type { Write } from '../../ports/change.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

const ID_BYTES = 32

/** What a session is made of. `lifetimeMs` from now on. */
export interface NewSession extends Pick<Session, 'keyId' | 'tenantId' | 'scopes' | 'origin'> {
  lifetimeMs: number
}

/** A session as it begins. The id is shown this once: of it only a hash is kept. */
export interface OpenedSession {
  id: string
  session: Session
}

/** A random secret that a browser can hold: 43 characters. */
export function newBrowserSecret({ randomBytes }: Pick<Context, 'randomBytes'>): string {
  return Buffer.from(randomBytes(ID_BYTES)).toString('base64url')
}

/** A session that is not stored yet. */
export function newSession(context: Pick<Context, 'clock' | 'randomBytes'>, { lifetimeMs, ...input }: NewSession): OpenedSession {
  const id = newBrowserSecret(context)
  const now = context.clock.now()
  return { id, session: { ...input, idHash: secretHash(id), createdAt: now, expiresAt: now + lifetimeMs } }
}

/** Opens a session and ends the one it takes the place of, if that is still there. */
export async function openSession(
  context: CommitContext & Pick<Context, 'randomBytes'>,
  input: NewSession,
  replaced: string | null,
): Promise<OpenedSession> {
  const opened = newSession(context, input)
  const insert: Write = { write: 'insertSession', session: opened.session }
  const isReplaced = replaced !== null && (await commit(context, [{ write: 'deleteSession', idHash: secretHash(replaced) }, insert]))
  if (!isReplaced) await commit(context, [insert])
  return opened
}

/** Ends a session. One that is not there has ended before. */
export async function closeSession(context: CommitContext, id: string): Promise<void> {
  await commit(context, [{ write: 'deleteSession', idHash: secretHash(id) }])
}

/** The session of this id while it lasts; null for any other id. */
export async function findSession({ store, clock }: Pick<Context, 'store' | 'clock'>, id: string): Promise<Session | null> {
  const session = await store.sessions.find(secretHash(id))
  return session !== null && session.expiresAt > clock.now() ? session : null
}
