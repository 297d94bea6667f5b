/** What every verb of the lifecycle is handed: the settings, the ports, and what this process remembers in memory. */

import type { RetryPolicy } from '../../domain/retry.ts'
import type { Bus } from '../../ports/bus.ts'
import type { Executor } from '../../ports/executor.ts'
import type { Queue } from '../../ports/queue.ts'
import type { Clock, Ids, Log, Random } from '../../ports/runtime.ts'
import type { Sender } from '../../ports/sender.ts'
import type { Store } from '../../ports/store.ts'
import type { DocumentSettings } from '../../wire/job-document.ts'
import { createIntakePause, type IntakePause } from '../commit/intake-pause.ts'
import type { LocalQueues } from '../commit/local-queue.ts'
import { createPubSub, type PubSub } from '../commit/pub-sub.ts'
import type { Destinations } from './destinations.ts'
import { createRunTimes, type RunTimes } from './run-times.ts'
import { createRuns, type Runs } from './runs.ts'
import type { Upstreams } from './upstreams.ts'
import { createWaiters, type Waiters } from './waiters.ts'

/** Durations in milliseconds. */
export interface Settings extends DocumentSettings {
  version: string
  jobConcurrency: number
  jobTimeoutMs: number
  jobMaxAttempts: number
  jobUpstreamPatienceMs: number
  callbackConcurrency: number
  callbackPolicy: RetryPolicy
}

export interface Context {
  settings: Settings
  store: Store
  queue: Queue
  sender: Sender
  executor: Executor
  clock: Clock
  random: Random
  /** Cryptographically strong, for keys and secrets. */
  randomBytes: (size: number) => Uint8Array
  ids: Ids
  log: Log
  /** This process among the workers; part of every lease it holds. Fresh at every start, and after it was taken for gone. */
  worker: string
  /** What the operator knows this process by. */
  process: { role: string; host: string; pid: number; startedAt: number }
  /** How many worker processes there are, ours among them. */
  workers: { count: number }
  /** Judges and canonicalises a callback URL at submit; a refusal says why. Never resolves names. */
  checkCallbackUrl: (url: string) => { ok: true; url: string } | { ok: false; forbidden: boolean; detail: string }
  localQueues: LocalQueues
  destinations: Destinations
  upstreams: Upstreams
  estimates: RunTimes
  runs: Runs
  /** Null: there is no other process, so what happens to a job happens here. */
  bus: Bus | null
  waiters: Waiters
  /** Tenants that may have work any moment: two of them are enough. */
  activeTenants: Set<string>
  /** Ids of the deliveries this process is sending. */
  sendingNow: Set<string>
  /** Ids of the endpoints this process is testing. */
  testing: Set<string>
  /** Requests in flight by destination, of this process. */
  inFlight: Map<string, number>
  /** Submits under way that carry an Idempotency-Key, by tenant and key. */
  submitting: Map<string, Promise<void>>
  /** Jobs on their way to the store, of tenants with a ceiling of pending ones. */
  storing: Map<string, number>
  /** Aborted when requests in flight must end because the process stops. */
  sending: AbortController
  intakePause: IntakePause
  pubSub: PubSub
}

/** Who asks: a tenant's key, or the operator (`tenantId` null sees every tenant). */
export interface Reader {
  tenantId: string | null
}

type Memory =
  | 'estimates'
  | 'runs'
  | 'bus'
  | 'waiters'
  | 'workers'
  | 'activeTenants'
  | 'sendingNow'
  | 'testing'
  | 'inFlight'
  | 'submitting'
  | 'storing'
  | 'sending'
  | 'intakePause'
  | 'pubSub'

/** What a process remembers from its start on, and how it hears of the others. */
export function emptyMemory(bus: Bus | null): Pick<Context, Memory> {
  const pubSub = createPubSub(bus)
  return {
    estimates: createRunTimes(),
    runs: createRuns(),
    bus,
    waiters: createWaiters(pubSub),
    workers: { count: 1 },
    activeTenants: new Set(),
    sendingNow: new Set(),
    testing: new Set(),
    inFlight: new Map(),
    submitting: new Map(),
    storing: new Map(),
    sending: new AbortController(),
    intakePause: createIntakePause(),
    pubSub,
  }
}
