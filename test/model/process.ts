/** One process of the service: the real lifecycle over the model's disk, clock, handlers and receivers. */

import { startMaintenance } from '../../src/lifecycle/engine/maintenance.ts'
import { startWork, type Work } from '../../src/lifecycle/engine/work.ts'
import { type Context, createContext, type Deps } from '../../src/lifecycle/process/context.ts'
import type { Ids, Log } from '../../src/ports/runtime.ts'
import type { Sender } from '../../src/ports/sender.ts'
import { type Store, StoreUnavailable } from '../../src/ports/store.ts'
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
    error(fields, message, error) {
      if (!(error instanceof StoreUnavailable)) parts.trouble(`${name}: ${message} ${JSON.stringify(fields)} ${String(error ?? '')}`)
    },
  }
  const settings = {
    publicUrl: () => 'http://ringback.test',
    retentionMs: RETENTION_MS,
    version: '0.0.0-model',
    job: { concurrency: JOB_CONCURRENCY, timeoutMs: 60_000, maxAttempts: 3, upstreamPatienceMs: 3600_000 },
    callback: { concurrency: CALLBACK_CONCURRENCY, schedule: SCHEDULE, jitter: 0 },
  }
  const deps: Deps = {
    settings,
    store,
    queue: withWakeUps(createEmbeddedQueue(clock, log), parts.wakeUps, tally),
    sender: parts.sender,
    executor,
    bus: null,
    tracing: null,
    clock,
    random: () => 0.5,
    randomBytes: (size) => new Uint8Array(size),
    ids: parts.ids,
    log,
    checkCallbackUrl: (url) => ({ ok: true, url }),
  }
  const world = createContext(deps, {
    info: { role: 'all', host: 'model', pid: 1, startedAt: clock.now() },
    newWorkerId: () => name,
    localQueues: parts.localQueues,
    destinationPolicy: { ceiling: PER_DESTINATION, breaker: true, firstPauseMs: 5_000 },
  })
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
