/** One process of the service: the real lifecycle over the model's disk, clock, handlers and receivers. */
import { createDestinations } from '../../src/lifecycle/destinations.ts'
import { createHandover } from '../../src/lifecycle/handover.ts'
import { startKeeping } from '../../src/lifecycle/keep.ts'
import { createUpstreams } from '../../src/lifecycle/upstreams.ts'
import { startWork, type Work } from '../../src/lifecycle/work.ts'
import { emptyMemory, type World } from '../../src/lifecycle/world.ts'
import type { Ids, Log, Sender, Store } from '../../src/ports.ts'
import { createEmbeddedQueue } from '../../src/queue/embedded.ts'
import type { ProcessClock } from './clock.ts'
import { CALLBACK_CONCURRENCY, JOB_CONCURRENCY, PER_DESTINATION, RETENTION_MS, SCHEDULE } from './limits.ts'
import type { Tally } from './tally.ts'
import { type WakeUps, withWakeUps } from './wake-ups.ts'
import type { ModelWorkshop } from './workshop.ts'

export interface ModelProcess {
  name: string
  world: World
  clock: ProcessClock
  workshop: ModelWorkshop
  state: 'starting' | 'up' | 'stopping' | 'down'
  /** Begins an orderly stop of so many milliseconds. */
  stop(ms: number): void
}

export interface ProcessParts {
  name: string
  store: Store
  clock: ProcessClock
  workshop: ModelWorkshop
  sender: Sender
  ids: Ids
  wakeUps: WakeUps
  /** Whether records just committed are handed on in memory. */
  handover: boolean
  /** What a sabotaged build does to it before it starts. */
  spoil: (world: World) => void
  tally: Tally
  /** An error nobody planned for was logged, or a start was given up for a bug. */
  trouble: (what: string) => void
}

/** Starts a process; it is `up` once what the last one left open is taken back, or `down` if the store could not be reached. */
export function startProcess(parts: ProcessParts): ModelProcess {
  const { name, store, clock, workshop, tally } = parts
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
  const world: World = {
    settings,
    store,
    queue: withWakeUps(createEmbeddedQueue(clock, log), parts.wakeUps, tally),
    sender: parts.sender,
    workshop,
    clock,
    random: () => 0.5,
    randomBytes: (size) => new Uint8Array(size),
    ids: parts.ids,
    log,
    process: { role: 'all', host: 'model', pid: 1, startedAt: clock.now() },
    worker: name,
    judgeCallbackUrl: (url) => ({ ok: true, url }),
    handover: createHandover(parts.handover),
    destinations: createDestinations(store, { ceiling: PER_DESTINATION, breaker: true, firstPauseMs: 5_000 }, log),
    upstreams: createUpstreams({ settings, store, workshop, clock, log, workers: memory.workers }),
    ...memory,
  }
  parts.spoil(world)
  let keeping: { stop(): void } | null = null
  let work: Work | null = null
  const process: ModelProcess = {
    name,
    world,
    clock,
    workshop,
    state: 'starting',
    stop(ms) {
      process.state = 'stopping'
      world.waiters.close()
      keeping?.stop()
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
    keeping = await startKeeping(world)
    work = await startWork(world)
  }
}
