/** The streams and sockets that are open in this process: how many there may be, and when they have to end. In memory. */
import { ProblemError } from '../../domain/errors.ts'
import { isUsable } from '../../domain/tenant.ts'
import type { Bus } from '../../ports/bus.ts'
import type { LiveKind } from '../../ports/kinds.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Store } from '../../ports/store.ts'
import type { PubSub } from '../commit/pub-sub.ts'
import { every } from './every.ts'

/** Streams and sockets at a time: of the process, and of one tenant. */
export const MOST_LIVE = { process: 10_000, tenant: 1_000 }
/** Every connection is looked after so often, milliseconds, by one timer for all. An access that is over ends within twice that. */
const CHECK_EVERY_MS = 500
/** Nobody knows when another one ends; this is how soon to ask again, seconds. */
const RETRY_AFTER_SECONDS = 5

/** What a caller's access rests on. */
export interface Access {
  /** Null: the operator's own key, which no store has. */
  keyId: string | null
  /** Of the key or the token, milliseconds since the epoch; null = never. */
  expiresAt: number | null
}

/** One open stream or socket. */
export interface LiveConnection {
  kind: LiveKind
  tenantId: string
  access: Access
  /** Called when it has to end: the process stops, or the access is over. It may be called again. */
  end(why: 'stopping' | 'access'): void
  /** Called every half second with the monotonic time. */
  check(now: number): void
}

/** The live connections of this process. */
export interface Live {
  /** Counts a connection until the answer is called. Refuses with `overloaded`, or `rate_limited` when its tenant has too many. */
  open(connection: LiveConnection): () => void
  /** The process stops: all are ended, and none is opened any more. */
  close(): void
  count(kind: LiveKind): number
}

/** What the live connections need of the process. */
interface LiveContext {
  store: Pick<Store, 'tenants'>
  pubSub: PubSub
  bus: Bus | null
  clock: Clock
  log: Log
}

/** No connection is open yet. */
export function createLive(context: LiveContext): Live {
  const { store, pubSub, bus, clock } = context
  const open = new Set<LiveConnection>()
  const ofKey = new Map<string, Set<LiveConnection>>()
  const ofTenant = new Map<string, number>()
  /** Keys to look up with the next check: a key may have been revoked between the request and its stream. */
  const unsure = new Set<string>()
  let closed = false
  let stopChecking = () => {}

  pubSub.subscribe(({ kind, id }) => {
    if (kind !== 'api_key' || !ofKey.has(id)) return
    unsure.add(id)
    void judgeKeys().catch((error) => context.log.error({}, 'looking up keys of streams failed', error))
  })

  async function judgeKeys(): Promise<void> {
    for (const id of [...unsure]) {
      unsure.delete(id)
      const key = await store.tenants.apiKey(id).catch((error) => {
        unsure.add(id)
        throw error
      })
      if (key === null || !isUsable(key, clock.now())) for (const one of [...(ofKey.get(id) ?? [])]) one.end('access')
    }
  }

  async function check(): Promise<void> {
    const [now, monotonic] = [clock.now(), clock.monotonic()]
    for (const one of open) {
      if (one.access.expiresAt !== null && one.access.expiresAt <= now) one.end('access')
      one.check(monotonic)
    }
    // A message from another process may be lost.
    if (bus !== null) for (const id of ofKey.keys()) unsure.add(id)
    await judgeKeys()
  }

  function remove(connection: LiveConnection): void {
    if (!open.delete(connection)) return
    const { tenantId, access } = connection
    const left = (ofTenant.get(tenantId) ?? 1) - 1
    if (left === 0) ofTenant.delete(tenantId)
    else ofTenant.set(tenantId, left)
    const others = access.keyId === null ? undefined : ofKey.get(access.keyId)
    others?.delete(connection)
    if (others?.size === 0 && access.keyId !== null) ofKey.delete(access.keyId)
    if (open.size === 0) stopChecking()
  }

  return {
    open(connection) {
      const { tenantId, access } = connection
      if (closed) throw refused('overloaded', 'The service is stopping.')
      if (open.size >= MOST_LIVE.process) throw refused('overloaded', 'Too many streams and sockets are open; poll instead.')
      const own = (ofTenant.get(tenantId) ?? 0) + 1
      if (own > MOST_LIVE.tenant) throw refused('rate_limited', `A tenant may have ${MOST_LIVE.tenant} streams and sockets open.`)
      if (open.size === 0) stopChecking = every(context, CHECK_EVERY_MS, 'looking after streams', check)
      open.add(connection)
      ofTenant.set(tenantId, own)
      if (access.keyId !== null) {
        ofKey.set(access.keyId, (ofKey.get(access.keyId) ?? new Set()).add(connection))
        unsure.add(access.keyId)
      }
      return () => remove(connection)
    },
    close() {
      closed = true
      for (const one of [...open]) one.end('stopping')
    },
    count: (kind) => [...open].filter((one) => one.kind === kind).length,
  }
}

function refused(code: 'overloaded' | 'rate_limited', detail: string): ProblemError {
  return new ProblemError(code, detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
