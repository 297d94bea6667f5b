import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { callbackRules, checkCallbackUrl, type Listening, mayDial } from '../domain/callback-url.ts'
import { callbackPolicyOf } from '../domain/destination.ts'
import type { RunningServer } from '../http/server/server.ts'
import { type Context, createContext, type Deps } from '../lifecycle/process/context.ts'
import { newWorkerId } from '../lifecycle/process/identity.ts'
import { createPeers } from '../lifecycle/process/peers.ts'
import type { Bus } from '../ports/bus.ts'
import type { Executor } from '../ports/executor.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Store } from '../ports/store.ts'
import { systemClock } from '../runtime/clock.ts'
import { idsOver, systemIds } from '../runtime/ids.ts'
import type { OwnerInfo } from '../store/sqlite/ipc/protocol.ts'
import { createSender } from '../webhook/sender.ts'
import { interfaceAddresses } from './addresses.ts'
import type { Boot } from './boot.ts'
import { openQueue } from './open-queue.ts'

/** The store with what belongs to it. */
export interface OpenedStore {
  store: Store
  bus: Bus | null
  /** Its time. */
  clock: Clock
  /** Other processes answer requests and look after it, too. */
  isShared: boolean
}

/** The parts of this process that exist before its context. */
export interface Parts {
  opened: OpenedStore
  executor: Executor
  /** Where the API answers: this process, or the owner of the data folder, which may come back elsewhere. */
  api: () => OwnerInfo
  /** Null: this process does not listen. */
  server: RunningServer | null
  /** Callbacks in flight. */
  callbacks: number
}

/** Everything the verbs of the lifecycle are handed, made of the parts of this process. */
export async function buildContext(boot: Boot, { opened, executor, api, server, callbacks }: Parts): Promise<Context> {
  const { config, version, log } = boot
  const { store, bus, clock } = opened
  const perDestination = Math.min(callbacks, config.callback.concurrencyPerDestination)
  const listening = server === null ? [] : [{ address: server.address, port: server.port }]
  const peers = opened.isShared ? createPeers(reachable(listening)) : undefined
  const rules = callbackRules({
    allow: config.callback.allow,
    httpsOnly: config.callback.httpsOnly,
    own: () => [{ address: api().host, port: api().port }, ...listening, ...(peers?.addresses() ?? [])],
    interfaces: interfaceAddresses,
  })
  const deps: Deps = {
    settings: {
      publicUrl: () => api().publicUrl,
      retentionMs: config.retentionMs,
      version,
      job: config.job,
      callback: { ...config.callback, concurrency: callbacks },
    },
    store,
    queue: await openQueue(boot, opened),
    bus,
    tracing: boot.tracing,
    clock,
    log,
    sender: createSender({
      clock: systemClock,
      mayDial: (target, address, port) => mayDial(target, address, port, rules),
      timeoutMs: config.callback.timeoutMs,
      perDestinationConnections: perDestination,
      ca: config.callback.ca ?? undefined,
    }),
    executor,
    random: Math.random,
    randomBytes,
    ids: opened.isShared ? idsOver(clock) : systemIds,
    checkCallbackUrl: (url) => checkCallbackUrl(url, rules),
  }
  return createContext(deps, {
    info: { role: config.role, host: hostname(), pid: process.pid, startedAt: clock.now() },
    newWorkerId: () => newWorkerId(randomBytes),
    localQueues: config.redisUrl === null && !opened.isShared,
    ...(peers !== undefined && { peers }),
    destinationPolicy: callbackPolicyOf({ ...config.callback, ceiling: perDestination }),
  })
}

/** What is bound to no address of its own answers at every address of the machine: to other hosts those tell something. */
function reachable(listening: readonly Listening[]): Listening[] {
  return listening.flatMap(({ address, port }) =>
    isUnspecifiedAddress(address) ? interfaceAddresses().map((one) => ({ address: one, port })) : [{ address, port }],
  )
}

function isUnspecifiedAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
