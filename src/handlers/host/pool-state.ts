/** The state that the parts of the pool share, and how they read it. */
import type { LoadedType } from '../messages.ts'
import type { PoolRun } from './pool-run.ts'
import type { PoolThread, ThreadOptions } from './pool-thread.ts'

/** What a pool is made of. */
export interface PoolOptions extends ThreadOptions {
  /** Absolute paths of the handler modules, in loading order. */
  files: readonly string[]
  /** How many threads are to be available at a time. */
  threads: number
}

/** Threads that were lost, or could not be started, in a row. */
interface Losses {
  count: number
  /** No other thread is started before this time of `clock.monotonic()`. */
  until: number
  reason: string
  cannotStart: boolean
}

/** Shared by the parts of one pool. */
export interface PoolState {
  readonly options: PoolOptions
  /** Aborted when the pool closes. */
  readonly stop: AbortController
  types: readonly LoadedType[]
  readonly threads: Set<PoolThread>
  readonly waiting: Set<PoolRun>
  /** Types that get threads of their own: they ask for it, or their module fails in the background. */
  readonly isolatedTypes: Set<string>
  /** Types whose runs have no other run beside them: one of them took a thread down or held one for long. */
  readonly exclusiveTypes: Set<string>
  /** Losses of the threads of one type, or of the shared threads (null). */
  readonly losses: Map<string | null, Losses>
  /** For how long code of a type has held its thread, milliseconds. */
  readonly blockedMs: Map<string, number>
  /** Threads that were replaced. */
  replaced: number
  /** Runs that were restarted. */
  restarted: number
}

/** The state of a pool without threads. */
export function newPoolState(options: PoolOptions): PoolState {
  return {
    ...{ options, stop: new AbortController(), types: [], replaced: 0, restarted: 0 },
    threads: new Set(),
    waiting: new Set(),
    isolatedTypes: new Set(),
    exclusiveTypes: new Set(),
    losses: new Map(),
    blockedMs: new Map(),
  }
}

/** The modules that the threads of one type, or the shared threads (null), load. */
export function filesOf({ types, isolatedTypes }: PoolState, ownType: string | null): string[] {
  return types.filter(({ type }) => (ownType === null ? !isolatedTypes.has(type) : type === ownType)).map(({ source }) => source)
}

/** How many threads of one type, or shared threads (null), are to be available at a time. */
export function limitOf({ options, types }: PoolState, ownType: string | null): number {
  return Math.min(options.threads, types.find(({ type }) => type === ownType)?.concurrency ?? options.threads)
}

/** The open threads of one type, or the open shared threads (null). */
export function peersOf({ threads }: PoolState, ownType: string | null): PoolThread[] {
  return [...threads].filter((one) => one.ownType === ownType && one.state === 'open')
}
