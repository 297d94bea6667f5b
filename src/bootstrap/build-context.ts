import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { callbackRules, checkCallbackUrl, mayDial } from '../domain/callback-url.ts'
import { callbackPolicyOf } from '../domain/destination.ts'
import type { RunningServer } from '../http/server/server.ts'
import { createLocalQueues } from '../lifecycle/commit/local-queue.ts'
import { newWorkerId } from '../lifecycle/engine/heartbeat.ts'
import { type Context, emptyMemory } from '../lifecycle/process/context.ts'
import { createDestinations } from '../lifecycle/process/destinations.ts'
import { createUpstreams } from '../lifecycle/process/upstreams.ts'
import type { Bus } from '../ports/bus.ts'
import type { Executor } from '../ports/executor.ts'
import type { Store } from '../ports/store.ts'
import { systemClock } from '../runtime/clock.ts'
import { systemIds } from '../runtime/ids.ts'
import type { OwnerInfo } from '../store/sqlite/ipc/shared-folder.ts'
import { createSender } from '../webhook/sender.ts'
import { interfaceAddresses } from './addresses.ts'
import type { Boot } from './boot.ts'
import { openQueue } from './open-queue.ts'

export interface Parts {
  opened: { store: Store; bus: Bus | null }
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
  const { store, bus } = opened
  const perDestination = Math.min(callbacks, config.callback.concurrencyPerDestination)
  const listening = server === null ? [] : [{ address: server.address, port: server.port }]
  const rules = callbackRules({
    allow: config.callback.allow,
    httpsOnly: config.callback.httpsOnly,
    own: () => [{ address: api().host, port: api().port }, ...listening],
    interfaces: interfaceAddresses,
  })
  const settings: Context['settings'] = {
    get publicUrl() {
      return api().publicUrl
    },
    retentionMs: config.retentionMs,
    version,
    jobConcurrency: config.job.concurrency,
    jobTimeoutMs: config.job.timeoutMs,
    jobMaxAttempts: config.job.maxAttempts,
    jobUpstreamPatienceMs: config.job.upstreamPatienceMs,
    callbackConcurrency: callbacks,
    callbackPolicy: config.callback,
  }
  const memory = emptyMemory(bus)
  const committing = {
    store,
    queue: await openQueue(boot, store),
    clock: systemClock,
    log,
    localQueues: createLocalQueues(config.redisUrl === null),
    pubSub: memory.pubSub,
    intakePause: memory.intakePause,
  }
  return {
    settings,
    ...committing,
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
    ids: systemIds,
    worker: newWorkerId(randomBytes),
    process: { role: config.role, host: hostname(), pid: process.pid, startedAt: systemClock.now() },
    checkCallbackUrl: (url) => checkCallbackUrl(url, rules),
    destinations: createDestinations(committing, callbackPolicyOf({ ...config.callback, ceiling: perDestination })),
    upstreams: createUpstreams({ settings, context: committing, executor, workers: memory.workers }),
    ...memory,
  }
}
