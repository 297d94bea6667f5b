/** Who is asking: API keys (`Authorization: Bearer`, RFC 6750) to callers. */
import { hash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { ProblemError } from '../../domain/errors.ts'
import {
  type ApiKey,
  allows,
  changeableTenant,
  DEFAULT_TENANT_ID,
  isUsable,
  SCOPES,
  type Scope,
  seenTenant,
  type TenantLimits,
} from '../../domain/tenant.ts'
import type { Context, Reader } from '../../lifecycle/process/context.ts'
import { createGuessLimit } from '../admission/guess-limit.ts'

/** Who is asking, and what they may do. */
export interface Caller {
  /** Null: the operator's ADMIN_API_KEY. */
  keyId: string | null
  tenantId: string
  scopes: readonly Scope[]
  limits: TenantLimits
  /** What this caller may reach on this route: see `callerOn`. */
  reader: Reader
}

/** How long a key is remembered when nobody is known to have changed it, milliseconds. */
const REMEMBERED_MS = 1000
const REMEMBERED_KEYS = 10_000

interface Known {
  caller: Caller
  /** Null for the operator's ADMIN_API_KEY. */
  key: ApiKey | null
  until: number
  /** How many changes of keys and tenants there had been when it was looked up. */
  changes: number
}

type Found = Omit<Known, 'until' | 'changes'>

/** What a request says of itself, where it comes from, and the fields that go with its answer. */
export interface Claim {
  authorization: string | null
  address: string
  headers: Record<string, string>
}

/** Gives the caller of a request. Refuses with `unauthorized` or, after too many guesses, `rate_limited`. */
export type Authenticate = (claim: Claim) => Promise<Caller>

/** @param adminKeyHash SHA-256 of the operator's key, which has every scope */
export function createAuthenticate(context: Context, adminKeyHash: Uint8Array): Authenticate {
  const known = new LRUCache<string, Known>({ max: REMEMBERED_KEYS })
  /** Counts the changes of keys and tenants, in whichever process: what was looked up before is out of date. */
  let changes = 0
  context.pubSub.subscribe(({ kind }) => {
    if (kind === 'api_key' || kind === 'tenant') changes += 1
  })
  const countGuess = createGuessLimit(context.clock)

  async function lookUp(keyHash: Buffer): Promise<Found | null> {
    const isOperator = timingSafeEqual(keyHash, adminKeyHash)
    const key = isOperator ? null : await context.store.tenants.apiKeyByHash(keyHash)
    if (!isOperator && !key) return null
    return { caller: await callerOf(context, key), key }
  }

  function remember(id: string, found: Found, changesBefore: number): Known {
    const entry = { ...found, until: context.clock.monotonic() + REMEMBERED_MS, changes: changesBefore }
    known.set(id, entry)
    return entry
  }

  return async ({ authorization, address, headers }) => {
    const key = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1]
    if (key === undefined) throw unauthorized()
    const keyHash = hash('sha256', key, 'buffer')
    const id = keyHash.toString('base64')
    let entry = known.get(id)
    if (!entry || entry.until <= context.clock.monotonic() || entry.changes !== changes) {
      const changesBefore = changes
      const found = await lookUp(keyHash)
      if (!found) {
        countGuess(key, address, headers)
        throw unauthorized()
      }
      entry = remember(id, found, changesBefore)
    }
    if (entry.key && !isUsable(entry.key, context.clock.now())) throw unauthorized()
    return entry.caller
  }
}

/** Who asks with this key; null: the operator's ADMIN_API_KEY. */
export async function callerOf({ store }: Pick<Context, 'store'>, key: ApiKey | null): Promise<Caller> {
  const tenantId = key?.tenantId ?? DEFAULT_TENANT_ID
  const scopes = key?.scopes ?? SCOPES
  const limits = (await store.tenants.find(tenantId))?.limits ?? {}
  const reader = { tenantId: seenTenant(scopes, tenantId) }
  return { tenantId, keyId: key?.id ?? null, scopes, limits, reader }
}

/** What sessions of ADMIN_API_KEY are bound to: another key is another id. Not the hash itself, which would open the API's door. */
export function operatorKeyId(adminKeyHash: Uint8Array): string {
  return `operator ${hash('sha256', adminKeyHash)}`
}

/** Refuses with `forbidden` a caller without this scope, before anything is looked up. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!allows(caller.scopes, scope)) throw new ProblemError('forbidden', `This key does not have the scope ${scope}.`)
}

/** The caller on a route of this method: with `admin:read` every tenant's records are seen, and only the own ones changed. */
export function callerOn(method: string, caller: Caller): Caller {
  if (method === 'get') return caller
  return { ...caller, reader: { tenantId: changeableTenant(caller.scopes, caller.tenantId) } }
}

/** Whether the caller is the operator, who is shown what nobody else is. */
export function isAdmin(caller: Caller): boolean {
  return caller.scopes.includes('admin')
}

/** One text for every reason: it tells nobody whether a key once existed. */
function unauthorized(): ProblemError {
  return new ProblemError('unauthorized', 'Send a valid API key as `Authorization: Bearer <key>`.')
}
