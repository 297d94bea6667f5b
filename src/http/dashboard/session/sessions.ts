/** Sessions of browsers: opened by a key or a portal link, ended by either, and judged anew at every request. */
import { isUsable } from '../../../domain/tenant.ts'
import type { Context } from '../../../lifecycle/process/context.ts'
import { exchangePortalCode } from '../../../lifecycle/tenants/portal-links.ts'
import { closeSession, findSession, openSession } from '../../../lifecycle/tenants/sessions.ts'
import { type Caller, callerOf, operatorKeyId } from '../../kit/auth.ts'
import { namedSession, noSessionCookie, sessionCookie } from './cookie.ts'
import { guestOf, type Viewer, viewerOf } from './viewer.ts'

const LOGIN_MS = 12 * 60 * 60 * 1000

/** The sessions of the dashboard. */
export interface Sessions {
  /** Who sends this request; null without a session. */
  viewerOf(request: Request): Promise<Viewer | null>
  /** Opens a session for the owner of a key and ends the one that came with the request. Gives the `Set-Cookie`. */
  login(request: Request, origin: string, caller: Caller): Promise<string>
  /** Opens the session that the code of a portal link is good for, in place of the one that came. Refuses as `exchangePortalCode`. */
  exchange(request: Request, origin: string, code: string): Promise<string>
  /** Ends the session that came with the request. Gives the `Set-Cookie`. */
  logout(request: Request, origin: string): Promise<string>
}

/** @param adminKeyHash SHA-256 of the operator's ADMIN_API_KEY */
export function createSessions(context: Context, adminKeyHash: Uint8Array): Sessions {
  const operatorId = operatorKeyId(adminKeyHash)
  const named = (request: Request) => namedSession(request, context.settings.publicUrl())

  async function callerOfKey(keyId: string): Promise<Caller | null> {
    if (keyId === operatorId) return callerOf(context, null, operatorId)
    const key = await context.store.tenants.apiKey(keyId)
    return key !== null && isUsable(key, context.clock.now()) ? callerOf(context, key, operatorId) : null
  }

  return {
    async viewerOf(request) {
      const id = named(request)
      const session = id === null ? null : await findSession(context, id)
      const caller = session && (await callerOfKey(session.keyId))
      if (session === null || caller === null) return null
      if (session.origin === 'login') return viewerOf(caller)
      return guestOf({ tenantId: session.tenantId, keyId: caller.access.keyId, readOnly: !session.scopes.includes('jobs:write') })
    },
    async login(request, origin, { keyName, tenantId, scopes }) {
      const input = { keyId: keyName, tenantId, scopes, origin: 'login' as const, lifetimeMs: LOGIN_MS }
      const { id } = await openSession(context, input, named(request))
      return sessionCookie(origin, id, LOGIN_MS / 1000)
    },
    async exchange(request, origin, code) {
      const before = named(request)
      const { id, session } = await exchangePortalCode(context, code)
      if (before !== null) await closeSession(context, before)
      return sessionCookie(origin, id, (session.expiresAt - session.createdAt) / 1000)
    },
    async logout(request, origin) {
      const id = named(request)
      if (id !== null) await closeSession(context, id)
      return noSessionCookie(origin)
    },
  }
}
