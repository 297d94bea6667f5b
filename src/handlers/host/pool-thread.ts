/** One thread of the pool, from its start to its end. */
import type { HandlerThread } from '../../ports/executor.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import { type Life, lifeIn, newLife } from '../shared-words.ts'
import { type LaunchOptions, type LiveThread, launchThread } from './launch-thread.ts'
import { SILENT_MS, type ThreadView } from './placement.ts'
import type { PoolRun } from './pool-run.ts'

/** `starting` → `open` → (`leaving`: no more runs, ends after those it has) → `gone`. */
export interface PoolThread {
  readonly name: string
  /** The only type it has loaded; null: it has all that share. */
  readonly ownType: string | null
  state: 'starting' | 'open' | 'leaving' | 'gone'
  live: LiveThread | null
  readonly life: Life
  /** Posted or begun, by id. */
  readonly runs: Map<number, PoolRun>
  /** Settled without their handlers, which have not returned. */
  readonly leftOvers: Map<number, PoolRun>
  lastPulse: number
  silentMs: number
  /** A question for its memory is under way. */
  isAsked: boolean
  /** Cancels the end of an own thread that has nothing to do. */
  cancelIdle(): void
}

export interface ThreadSource {
  options: Omit<LaunchOptions, 'name' | 'data'>
  maxResult: number
  /** Bytes. */
  maxMemory: number
}

export function newPoolThread(name: string, ownType: string | null): PoolThread & { words: SharedArrayBuffer } {
  const words = newLife()
  return {
    ...{ name, ownType, state: 'starting', live: null, life: lifeIn(words), words, lastPulse: 0, silentMs: 0, isAsked: false },
    runs: new Map(),
    leftOvers: new Map(),
    cancelIdle() {},
  }
}

/** Loads `files` and opens the thread. Rejects as `launchThread` does. */
export async function openPoolThread(
  thread: PoolThread & { words: SharedArrayBuffer },
  files: readonly string[],
  { options, maxResult, maxMemory }: ThreadSource,
  stop: AbortSignal,
  receive: (message: FromThread) => void,
): Promise<readonly LoadedType[]> {
  const data = { files, maxResult, maxMemory, life: thread.words }
  thread.live = await launchThread({ ...options, name: thread.name, data }, stop, receive)
  thread.state = 'open'
  return thread.live.types
}

export function viewOf({ runs, leftOvers, silentMs }: PoolThread): ThreadView {
  return { runs: runs.size, leftOvers: leftOvers.size, silentMs, isTaken: [...runs.values()].some(({ alone }) => alone) }
}

/** For the operator. */
export function describeThread(thread: PoolThread): HandlerThread {
  const runs = [...thread.runs.values()].map(({ run, beganAt }) => ({ jobId: run.jobId, type: run.type, attempt: run.attempt, beganAt }))
  return { name: thread.name, state: stateOf(thread), ownType: thread.ownType, runs, leftOvers: thread.leftOvers.size }
}

function stateOf({ state, silentMs, runs }: PoolThread): HandlerThread['state'] {
  if (state === 'starting') return 'starting'
  if (silentMs >= SILENT_MS) return 'silent'
  if (state === 'leaving') return 'leaving'
  return runs.size > 0 ? 'busy' : 'ready'
}

/** One look at a thread's signs of life; answers since when it has been silent. */
export function lookAt(thread: PoolThread, elapsedMs: number): number {
  const pulse = thread.life.pulse()
  thread.silentMs = pulse === thread.lastPulse ? thread.silentMs + elapsedMs : 0
  thread.lastPulse = pulse
  return thread.silentMs
}
