/** Who is asking: API keys, and tokens that read one job, (`Authorization: Bearer`, RFC 6750) to callers. */
import { hash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { ProblemError } from '../../domain/errors.ts'
import { type JobToken, looksLikeToken, readJobToken } from '../../domain/job-token.ts'
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
import type { Access } from '../../lifecycle/process/live.ts'
import { createGuessLimit } from '../admission/guess-limit.ts'

/** Who is asking, and what they may do. */
export interface Caller {
  /** Null: the operator's ADMIN_API_KEY. */
  tenantId: string
  scopes: readonly Scope[]
  limits: TenantLimits
  /** What this caller may reach on this route: see `callerOn`. */
  reader: Reader
  /** What this rests on, for as long as the caller is connected. */
  access: Access
  /** The id of the key for the tokens it asks for. */
  keyName: string
  /** The one job that a token reads; null for a key. */
  tokenOf: string | null
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
  /** The query parameter `token`; it counts where the header is no bearer's. */
  token: string | null
  address: string
  headers: Record<string, string>
}

/** Gives the caller of a request. Refuses with `unauthorized` or, after too many guesses, `rate_limited`. */
export type Authenticate = (claim: Claim) => Promise<Caller>

/** What keys and tokens are held against. */
export interface AuthSecrets {
  /** SHA-256 of the operator's key, which has every scope. */
  adminKeyHash: Uint8Array
  /** Signs tokens. */
  tokenKey: Uint8Array
}

/** Knows keys by the store, and tokens by their signature and the key that asked for them. */
export function createAuthenticate(context: Context, { adminKeyHash, tokenKey }: AuthSecrets): Authenticate {
  const known = new LRUCache<string, Known>({ max: REMEMBERED_KEYS })
  /** Counts the changes of keys and tenants, in whichever process: what was looked up before is out of date. */
  let changes = 0
  context.pubSub.subscribe(({ kind }) => {
    if (kind === 'api_key' || kind === 'tenant') changes += 1
  })
  const countGuess = createGuessLimit(context.clock)

  const operatorId = operatorKeyId(adminKeyHash)

  async function lookUp(keyHash: Buffer): Promise<Found | null> {
    const isOperator = timingSafeEqual(keyHash, adminKeyHash)
    const key = isOperator ? null : await context.store.tenants.apiKeyByHash(keyHash)
    return isOperator || key ? { caller: await callerOf(context, key, operatorId), key } : null
  }

  async function lookUpByName(name: string): Promise<Found | null> {
    const key = name === operatorId ? null : await context.store.tenants.apiKey(name)
    return name === operatorId || key ? { caller: await callerOf(context, key, operatorId), key } : null
  }

  function remember(id: string, found: Found, changesBefore: number): Known {
    const entry = { ...found, until: context.clock.monotonic() + REMEMBERED_MS, changes: changesBefore }
    known.set(id, entry)
    return entry
  }

  /** Null: nobody is known by this. */
  async function recall(id: string, look: () => Promise<Found | null>): Promise<Known | null> {
    const entry = known.get(id)
    if (entry && entry.until > context.clock.monotonic() && entry.changes === changes) return entry
    const changesBefore = changes
    const found = await look()
    return found && remember(id, found, changesBefore)
  }

  async function callerOfToken({ jobId, tenantId, keyId, expiresAt }: JobToken): Promise<Caller> {
    const now = context.clock.now()
    if (expiresAt <= now) throw unauthorized()
    const entry = await recall(`name ${keyId}`, () => lookUpByName(keyId))
    if (!entry || (entry.key && !isUsable(entry.key, now))) throw unauthorized()
    const { access, keyName } = entry.caller
    return {
      tenantId,
      scopes: ['jobs:read'],
      limits: {},
      reader: { tenantId },
      access: { keyId: access.keyId, expiresAt },
      keyName,
      tokenOf: jobId,
    }
  }

  return async ({ authorization, token, address, headers }) => {
    const bearer = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1]
    const key = bearer ?? token
    if (key === null) throw unauthorized()
    const asToken = looksLikeToken(key) ? readJobToken(tokenKey, key) : null
    if (asToken) return callerOfToken(asToken)
    const keyHash = hash('sha256', key, 'buffer')
    // An API key stands in no URL.
    const entry = bearer === undefined ? null : await recall(keyHash.toString('base64'), () => lookUp(keyHash))
    if (!entry) {
      countGuess(key, address, headers)
      throw unauthorized()
    }
    if (entry.key && !isUsable(entry.key, context.clock.now())) throw unauthorized()
    return entry.caller
  }
}

/** Who asks with this key; null: the operator's ADMIN_API_KEY, which is known as `operatorId`. */
export async function callerOf({ store }: Pick<Context, 'store'>, key: ApiKey | null, operatorId: string): Promise<Caller> {
  const tenantId = key?.tenantId ?? DEFAULT_TENANT_ID
  const scopes = key?.scopes ?? SCOPES
  const limits = (await store.tenants.find(tenantId))?.limits ?? {}
  const reader = { tenantId: seenTenant(scopes, tenantId) }
  const access = { keyId: key?.id ?? null, expiresAt: key?.expiresAt ?? null }
  return { tenantId, scopes, limits, reader, access, keyName: key?.id ?? operatorId, tokenOf: null }
}

/**
 * What sessions and tokens of ADMIN_API_KEY are bound to: no key of the store has this id, and another operator's key is another id. Not
 * the hash itself, which would open the API's door.
 */
export function operatorKeyId(adminKeyHash: Uint8Array): string {
  return `operator_${hash('sha256', adminKeyHash, 'hex').slice(0, 32)}`
}

/** Refuses with `forbidden` a caller without this scope, before anything is looked up. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!allows(caller.scopes, scope)) throw new ProblemError('forbidden', `This key does not have the scope ${scope}.`)
}

/** Refuses with `forbidden` a token for anything but what it reads, before anything is looked up. @param jobId null: no read of one job */
export function requireToken({ tokenOf }: Caller, jobId: string | null): void {
  if (tokenOf !== null && tokenOf !== jobId) {
    throw new ProblemError('forbidden', 'A token reads its own job, its result and its stream, and nothing else.')
  }
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
