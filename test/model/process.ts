/** One process of the service: the real lifecycle over the model's disk, clock, handlers and receivers. */

import { createLocalQueues } from '../../src/lifecycle/commit/local-queue.ts'
import { startMaintenance } from '../../src/lifecycle/engine/maintenance.ts'
import { startWork, type Work } from '../../src/lifecycle/engine/work.ts'
import { type Context, emptyMemory } from '../../src/lifecycle/process/context.ts'
import { createDestinations } from '../../src/lifecycle/process/destinations.ts'
import { createUpstreams } from '../../src/lifecycle/process/upstreams.ts'
import type { Ids, Log } from '../../src/ports/runtime.ts'
import type { Sender } from '../../src/ports/sender.ts'
import type { Store } from '../../src/ports/store.ts'
import { createEmbeddedQueue } from '../../src/queue/embedded/embedded.ts'
import type { ProcessClock } from './clock.ts'
import type { ModelWorkshop } from './executor.ts'
import { CALLBACK_CONCURRENCY, JOB_CONCURRENCY, PER_DESTINATION, RETENTION_MS, SCHEDULE } from './limits.ts'
import type { Tally } from './tally.ts'
import { type WakeUps, withWakeUps } from './wake-ups.ts'

export interface ModelProcess {
  name: string
  world: Context
  clock: ProcessClock
  executor: ModelWorkshop
  state: 'starting' | 'up' | 'stopping' | 'down'
  /** Begins an orderly stop of so many milliseconds. */
  stop(ms: number): void
}

export interface ProcessParts {
  name: string
  store: Store
  clock: ProcessClock
  executor: ModelWorkshop
  sender: Sender
  ids: Ids
  wakeUps: WakeUps
  /** Whether records just committed are handed on in memory. */
  localQueues: boolean
  /** What a sabotaged build does to it before it starts. */
  spoil: (world: Context) => void
  tally: Tally
  /** An error nobody planned for was logged, or a start was given up for a bug. */
  trouble: (what: string) => void
}

/** Starts a process; it is `up` once what the last one left open is taken back, or `down` if the store could not be reached. */
export function startProcess(parts: ProcessParts): ModelProcess {
  const { name, store, clock, executor, tally } = parts
  const log: Log = {
    debug() {},
    info() {},
    warn() {},
    error(fields, message) {
      const error = 'error' in fields ? String(fields.error) : ''
      if (!error.startsWith('StoreUnavailable')) parts.trouble(`${name}: ${message} ${JSON.stringify(fields)}`)
    },
  }
  const settings = {
    publicUrl: 'http://ringback.test',
    retentionMs: RETENTION_MS,
    version: '0.0.0-model',
    jobConcurrency: JOB_CONCURRENCY,
    jobTimeoutMs: 60_000,
    jobMaxAttempts: 3,
    jobUpstreamPatienceMs: 3600_000,
    callbackConcurrency: CALLBACK_CONCURRENCY,
    callbackPolicy: { schedule: SCHEDULE, jitter: 0 },
  }
  const memory = emptyMemory(null)
  const committing = {
    store,
    queue: withWakeUps(createEmbeddedQueue(clock, log), parts.wakeUps, tally),
    clock,
    log,
    localQueues: createLocalQueues(parts.localQueues),
    pubSub: memory.pubSub,
    intakePause: memory.intakePause,
  }
  const world: Context = {
    settings,
    ...committing,
    sender: parts.sender,
    executor,
    random: () => 0.5,
    randomBytes: (size) => new Uint8Array(size),
    ids: parts.ids,
    process: { role: 'all', host: 'model', pid: 1, startedAt: clock.now() },
    worker: name,
    checkCallbackUrl: (url) => ({ ok: true, url }),
    destinations: createDestinations(committing, { ceiling: PER_DESTINATION, breaker: true, firstPauseMs: 5_000 }),
    upstreams: createUpstreams({ settings, context: committing, executor, workers: memory.workers }),
    ...memory,
  }
  parts.spoil(world)
  let maintenance: { stop(): void } | null = null
  let work: Work | null = null
  const process: ModelProcess = {
    name,
    world,
    clock,
    executor,
    state: 'starting',
    stop(ms) {
      process.state = 'stopping'
      world.waiters.close()
      maintenance?.stop()
      void work?.stop(ms).then(() => {
        process.state = 'down'
      })
    },
  }
  start().then(
    () => {
      process.state = 'up'
    },
    (error) => {
      if (!String(error).startsWith('StoreUnavailable')) parts.trouble(`${name} did not start: ${String(error)}`)
      process.state = 'down'
    },
  )
  return process

  async function start(): Promise<void> {
    maintenance = await startMaintenance(world)
    work = await startWork(world)
  }
}
