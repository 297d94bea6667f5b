/** What the parts of the pool share, and how they read it. */
import type { LoadedType } from '../messages.ts'
import type { PoolRun } from './pool-run.ts'
import type { PoolThread, ThreadSource } from './pool-thread.ts'

export interface PoolOptions extends ThreadSource {
  files: readonly string[]
  /** Threads that are to answer. */
  threads: number
}

/** Threads that were lost, or not to be started, in a row. */
interface Losses {
  count: number
  /** No other is started before, by `clock.monotonic()`. */
  until: number
  reason: string
  cannotStart: boolean
}

export interface PoolState {
  readonly options: PoolOptions
  /** Aborted when the pool closes. */
  readonly stop: AbortController
  types: readonly LoadedType[]
  readonly threads: Set<PoolThread>
  readonly waiting: Set<PoolRun>
  /** Types that get threads of their own, because they ask for it or because their module fails in the background. */
  readonly apart: Set<string>
  /** Types that run with no other run beside them: they have taken a thread down or held one for long. */
  readonly heavy: Set<string>
  /** Of threads of one type, or of those that all share (null). */
  readonly losses: Map<string | null, Losses>
  /** For how long code of a type has held its thread, milliseconds. */
  readonly blockedMs: Map<string, number>
  replaced: number
  restarted: number
}

export function newPoolState(options: PoolOptions): PoolState {
  return {
    ...{ options, stop: new AbortController(), types: [], replaced: 0, restarted: 0 },
    threads: new Set(),
    waiting: new Set(),
    apart: new Set(),
    heavy: new Set(),
    losses: new Map(),
    blockedMs: new Map(),
  }
}

/** The modules that threads of one type, or those that all share (null), load. */
export function filesOf({ types, apart }: PoolState, ownType: string | null): string[] {
  return types.filter(({ type }) => (ownType === null ? !apart.has(type) : type === ownType)).map(({ source }) => source)
}

/** How many of these threads are to answer. */
export function limitOf({ options, types }: PoolState, ownType: string | null): number {
  return Math.min(options.threads, types.find(({ type }) => type === ownType)?.concurrency ?? options.threads)
}

/** The threads that take runs of one type, or of all that share (null). */
export function peersOf({ threads }: PoolState, ownType: string | null): PoolThread[] {
  return [...threads].filter((one) => one.ownType === ownType && one.state === 'open')
}
