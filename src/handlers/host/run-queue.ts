/** The queue of runs: a run waits for a thread, is posted to one, and ends or waits again. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import { newFlags, revoke } from '../run-claim.ts'
import { afterRestart } from './fault-attribution.ts'
import type { PoolRun } from './pool-run.ts'
import { limitOf, type PoolState, peersOf } from './pool-state.ts'
import { type PoolThread, viewOf } from './pool-thread.ts'
import { placeRun } from './scheduling.ts'
import type { ThreadManager } from './thread-manager.ts'

/** Moves the runs of one pool from state to state. */
export interface RunQueue {
  /** Takes a new run. */
  add(entry: PoolRun): void
  /** Posts waiting runs to threads that have room for them. */
  dispatch(): void
  /** Makes a run wait again that no thread has started, or whose thread is lost. */
  requeue(entry: PoolRun): void
  /** Restarts a run without spending an attempt: its progress starts again. `exclusive`: with no other run beside it. */
  restart(entry: PoolRun, exclusive: boolean): void
  /** Settles a run, once. */
  finish(entry: PoolRun, outcome: RunOutcome): void
  /** Tells the handler to stop. A run that no thread has started ends at once. */
  stop(entry: PoolRun, reason: unknown): void
}

/** An empty queue. It calls `startChecks` when there is anything for the health checks to check. */
export function createRunQueue(state: PoolState, manager: ThreadManager, startChecks: () => void): RunQueue {
  const { threads, waiting, isolatedTypes, stop } = state
  const { clock } = state.options.launch
  let lastRun = 0
  /** Placed in this turn of the event loop, and posted at its end. */
  let placed: PoolRun[] = []

  function add(entry: PoolRun): void {
    waiting.add(entry)
    place(entry)
    startChecks()
  }

  function dispatch(): void {
    if (stop.signal.aborted) return
    for (const entry of waiting) place(entry)
    startChecks()
  }

  function place(entry: PoolRun): void {
    const ownType = entry.exclusive || isolatedTypes.has(entry.run.type) ? entry.run.type : null
    const peers = peersOf(state, ownType)
    const starting = [...threads].filter((one) => one.ownType === ownType && one.state === 'starting').length
    const waitingExclusive = [...waiting].filter((one) => one.exclusive && one.run.type === entry.run.type).length
    const needs = { exclusive: entry.exclusive, waitedMs: clock.monotonic() - entry.waitsSince }
    const { use, start } = placeRun(peers.map(viewOf), needs, { starting, limit: limitOf(state, ownType), waitingExclusive })
    const thread = use === null ? undefined : peers[use]
    if (thread) assign(entry, thread)
    if (start) manager.startAnother(ownType)
  }

  function assign(entry: PoolRun, thread: PoolThread): void {
    waiting.delete(entry)
    thread.cancelIdle()
    lastRun = (lastRun % 0x7fffffff) + 1
    entry.id = lastRun
    entry.state = 'posted'
    entry.thread = thread
    if (thread.runs.size === 0) thread.unresponsiveMs = 0
    thread.runs.set(entry.id, entry)
    if (placed.push(entry) === 1) setImmediate(postPlaced)
    startChecks()
  }

  /** One message to each thread: every message wakes both sides. */
  function postPlaced(): void {
    const entries = placed
    placed = []
    for (const thread of new Set(entries.map((entry) => entry.thread))) {
      if (thread !== null)
        post(
          thread,
          entries.filter((entry) => entry.thread === thread && entry.state === 'posted' && entry.claim === null),
        )
    }
  }

  function post(thread: PoolThread, entries: readonly PoolRun[]): void {
    if (entries.length === 0) return
    const flags = newFlags(entries.length)
    const view = new Int32Array(flags)
    const runs = entries.map((entry, at) => {
      entry.claim = { flags: view, at }
      // The payload is copied and the copy is moved: posting a view would clone the whole buffer behind it.
      return { ...entry.run, run: entry.id, payload: new Uint8Array(entry.run.payload) }
    })
    thread.live?.post(
      { kind: 'runs', flags, runs },
      runs.map(({ payload }) => payload.buffer),
    )
  }

  function requeue(entry: PoolRun): void {
    entry.thread?.runs.delete(entry.id)
    if (entry.state === 'ended') return
    Object.assign(entry, { state: 'waiting', thread: null, claim: null, beganAt: null, chargedMs: 0, disputedMs: 0 })
    if (entry.stopped !== null) finish(entry, { kind: 'handed_back' })
    else waiting.add(entry)
  }

  function finish(entry: PoolRun, outcome: RunOutcome): void {
    if (entry.state === 'ended') return
    const { thread } = entry
    waiting.delete(entry)
    entry.state = 'ended'
    thread?.runs.delete(entry.id)
    entry.settle(outcome)
    if (thread) manager.endIfUnneeded(thread)
    if (waiting.size > 0) dispatch()
  }

  return {
    add,
    dispatch,
    requeue,
    finish,
    restart(entry, exclusive) {
      entry.restarts += 1
      state.restarted += 1
      const way = afterRestart(entry.restarts)
      if (exclusive || way === 'exclusive') entry.exclusive = true
      if (way === 'lost') {
        finish(entry, { kind: 'worker_lost', reason: `its threads were lost ${entry.restarts} times` })
      } else {
        entry.report({ kind: 'restart' })
        requeue(entry)
      }
    },
    stop(entry, reason) {
      entry.stopped = reason instanceof Error ? reason.message : String(reason)
      if (entry.claim === null || revoke(entry.claim)) finish(entry, { kind: 'handed_back' })
      else entry.thread?.live?.post({ kind: 'abort', run: entry.id, reason: entry.stopped }, [])
    },
  }
}
