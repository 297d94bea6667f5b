/** One thread of the pool, from its start to its end. */
import type { HandlerThread } from '../../ports/executor.ts'
import type { FromThread, LoadedType, ThreadData } from '../messages.ts'
import { heartbeatIn, newHeartbeatBuffer, type SharedHeartbeat } from '../shared-heartbeat.ts'
import { type LaunchOptions, type LiveThread, launchThread } from './launch-thread.ts'
import type { PoolRun } from './pool-run.ts'
import { type ThreadView, UNRESPONSIVE_MS } from './scheduling.ts'

/** `starting` → `open` → (`leaving`: it gets no more runs and ends after those it has) → `ended`. */
export interface PoolThread {
  readonly name: string
  /** The only type it has loaded; null for a shared thread. */
  readonly ownType: string | null
  state: 'starting' | 'open' | 'leaving' | 'ended'
  live: LiveThread | null
  readonly heartbeat: SharedHeartbeat
  /** The memory of `heartbeat`. */
  readonly heartbeatBuffer: SharedArrayBuffer
  /** Posted or started, by id. */
  readonly runs: Map<number, PoolRun>
  /** Runs that were settled while their handlers continue, by id. */
  readonly abandoned: Map<number, PoolRun>
  /** The heartbeat at the last health check. */
  lastBeats: number
  unresponsiveMs: number
  /** The bytes it uses were asked for and have not been answered yet. */
  isMemoryRequested: boolean
  /** Cancels the end of an idle thread of one type. */
  cancelIdle(): void
}

/** What every thread of a pool is started with. */
export interface ThreadOptions {
  launch: Omit<LaunchOptions, 'name' | 'data'>
  data: Omit<ThreadData, 'files' | 'heartbeat'>
}

/** A thread that has not been started. `ownType` as in `PoolThread`. */
export function newPoolThread(name: string, ownType: string | null): PoolThread {
  const heartbeatBuffer = newHeartbeatBuffer()
  return {
    ...{ name, ownType, state: 'starting', live: null, lastBeats: 0, unresponsiveMs: 0, isMemoryRequested: false },
    ...{ heartbeatBuffer, heartbeat: heartbeatIn(heartbeatBuffer) },
    runs: new Map(),
    abandoned: new Map(),
    cancelIdle() {},
  }
}

/** How a thread is opened. `receive` gets its messages, an abort of `stop` ends it. */
export interface OpenOptions extends ThreadOptions {
  files: readonly string[]
  stop: AbortSignal
  receive(message: FromThread): void
}

/** Starts the thread with the modules of `files` and returns their types. Rejects as `launchThread` does. */
export async function openPoolThread(thread: PoolThread, options: OpenOptions): Promise<readonly LoadedType[]> {
  const { launch, files, stop, receive } = options
  const data = { ...options.data, files, heartbeat: thread.heartbeatBuffer }
  thread.live = await launchThread({ ...launch, name: thread.name, data }, stop, receive)
  thread.state = 'open'
  return thread.live.types
}

/** The thread as scheduling sees it. */
export function viewOf({ runs, abandoned, unresponsiveMs }: PoolThread): ThreadView {
  const hasExclusiveRun = [...runs.values()].some(({ exclusive }) => exclusive)
  return { runs: runs.size, abandoned: abandoned.size, unresponsiveMs, hasExclusiveRun }
}

/** The thread as the operator sees it. */
export function describeThread(thread: PoolThread): HandlerThread {
  const runs = [...thread.runs.values()].map(({ run, beganAt }) => ({ jobId: run.jobId, type: run.type, attempt: run.attempt, beganAt }))
  return { name: thread.name, state: stateOf(thread), ownType: thread.ownType, runs, abandoned: thread.abandoned.size }
}

function stateOf({ state, unresponsiveMs, runs }: PoolThread): HandlerThread['state'] {
  if (state === 'starting') return 'starting'
  if (unresponsiveMs >= UNRESPONSIVE_MS) return 'silent'
  if (state === 'leaving') return 'leaving'
  return runs.size > 0 ? 'busy' : 'ready'
}

/** Reads the thread's heartbeat, `elapsedMs` after the last time. Returns for how long it has not responded: milliseconds. */
export function readHeartbeat(thread: PoolThread, elapsedMs: number): number {
  const beats = thread.heartbeat.beats()
  thread.unresponsiveMs = beats === thread.lastBeats ? thread.unresponsiveMs + elapsedMs : 0
  thread.lastBeats = beats
  return thread.unresponsiveMs
}
