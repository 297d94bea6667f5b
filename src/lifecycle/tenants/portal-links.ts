/** Links that show a tenant its own jobs and callbacks. A link holds a code, which is exchanged for a session once. */
import { ProblemError } from '../../domain/errors.ts'
import { type Session, secretHash } from '../../domain/session.ts'
import type { Scope, Tenant } from '../../domain/tenant.ts'
import { notFound } from '../access/find-job.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'
import { newBrowserSecret, newSession, type OpenedSession } from './sessions.ts'

const CODE_LIFETIME_MS = 15 * 60 * 1000
const READING: readonly Scope[] = ['jobs:read', 'callbacks:read']
const ALL: readonly Scope[] = [...READING, 'jobs:write', 'callbacks:write']

/** What a link is made of. */
export interface NewPortalLink {
  tenantId: string
  /** The key it is made with: the session ends with it. */
  keyId: string
  /** How long the session lasts, from the exchange on. */
  sessionSeconds: number
  readOnly: boolean
}

/** A fresh code, good once and for 15 minutes. Refuses with `not_found` (the tenant). */
export async function createPortalCode(context: Context, { tenantId, keyId, sessionSeconds, readOnly }: NewPortalLink): Promise<string> {
  if (!(await context.store.tenants.find(tenantId))) throw notFound()
  const now = context.clock.now()
  const code = `${sessionSeconds}.${newBrowserSecret(context)}`
  const session: Session = {
    ...{ idHash: codeHash(code), keyId, tenantId, origin: 'portal' },
    scopes: readOnly ? READING : ALL,
    createdAt: now,
    expiresAt: now + CODE_LIFETIME_MS,
  }
  await commit(context, [{ write: 'insertSession', session }])
  return code
}

/** Whose a code is, without using it up. Refuses with `gone` a code that was used, has expired or never was. */
export async function tenantOfCode(context: Context, code: string): Promise<Tenant> {
  const tenant = await context.store.tenants.find((await pendingOf(context, code)).tenantId)
  if (tenant === null) throw codeIsOver()
  return tenant
}

/** Exchanges a code for its session. Refuses with `gone` as `tenantOfCode` does: of two exchanges at a time one. */
export async function exchangePortalCode(context: Context, code: string): Promise<OpenedSession> {
  const { keyId, tenantId, scopes, origin } = await pendingOf(context, code)
  const opened = newSession(context, { keyId, tenantId, scopes, origin, lifetimeMs: secondsOf(code) * 1000 })
  const exchanged = await commit(context, [
    { write: 'deleteSession', idHash: codeHash(code) },
    { write: 'insertSession', session: opened.session },
  ])
  if (!exchanged) throw codeIsOver()
  return opened
}

async function pendingOf({ store, clock }: Pick<Context, 'store' | 'clock'>, code: string): Promise<Session> {
  const pending = await store.sessions.find(codeHash(code))
  if (pending === null || pending.expiresAt <= clock.now() || !(secondsOf(code) > 0)) throw codeIsOver()
  return pending
}

/** A code is stored as a session that no cookie can name. The hash covers the seconds that the code begins with. */
function codeHash(code: string): Uint8Array {
  return secretHash(`portal code ${code}`)
}

function secondsOf(code: string): number {
  return Number(/^(\d{1,5})\./.exec(code)?.[1])
}

function codeIsOver(): ProblemError {
  return new ProblemError('gone', 'This link has been used, or its 15 minutes are over. Ask for a new one.')
}
