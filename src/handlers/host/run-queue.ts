/** Runs on their way: they wait for a thread, are posted to one, and end or wait again. */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import { newClaim, withdraw } from '../shared-words.ts'
import { afterRestart } from './blame.ts'
import { placeRun } from './placement.ts'
import type { PoolRun } from './pool-run.ts'
import { limitOf, type PoolState, peersOf } from './pool-state.ts'
import { type PoolThread, viewOf } from './pool-thread.ts'
import type { ThreadSupply } from './thread-supply.ts'

export interface RunQueue {
  add(entry: PoolRun): void
  /** Gives the runs that wait to threads that have room. */
  pump(): void
  /** Waits again: no thread has begun it, or none has any more. */
  requeue(entry: PoolRun): void
  /** Begun anew without spending an attempt. What it has reported is not so any more. */
  restart(entry: PoolRun, alone: boolean): void
  finish(entry: PoolRun, outcome: RunOutcome): void
  /** Tells the handler to stop; what no thread has begun ends at once. */
  stop(entry: PoolRun, reason: unknown): void
}

/** `watch` is called when there is something to look at. */
export function createRunQueue(state: PoolState, supply: ThreadSupply, watch: () => void): RunQueue {
  const { threads, waiting, apart, stop } = state
  const { clock } = state.options.options
  let lastRun = 0

  function add(entry: PoolRun): void {
    waiting.add(entry)
    place(entry)
    watch()
  }

  function pump(): void {
    if (stop.signal.aborted) return
    for (const entry of waiting) place(entry)
    watch()
  }

  function place(entry: PoolRun): void {
    const ownType = entry.alone || apart.has(entry.run.type) ? entry.run.type : null
    const peers = peersOf(state, ownType)
    const starting = [...threads].filter((one) => one.ownType === ownType && one.state === 'starting').length
    const waitingAlone = [...waiting].filter((one) => one.alone && one.run.type === entry.run.type).length
    const wish = { alone: entry.alone, waitedMs: clock.monotonic() - entry.waitsSince }
    const { use, start } = placeRun(peers.map(viewOf), wish, { starting, limit: limitOf(state, ownType), waitingAlone })
    const thread = use === null ? undefined : peers[use]
    if (thread) post(entry, thread)
    if (start) supply.startAnother(ownType)
  }

  function post(entry: PoolRun, thread: PoolThread): void {
    waiting.delete(entry)
    thread.cancelIdle()
    lastRun = (lastRun % 0x7fffffff) + 1
    entry.id = lastRun
    entry.state = 'posted'
    entry.thread = thread
    entry.claim = newClaim()
    if (thread.runs.size === 0) thread.silentMs = 0
    thread.runs.set(entry.id, entry)
    // A copy of its own, moved: posting a view would clone the whole buffer behind it.
    const payload = new Uint8Array(entry.run.payload)
    thread.live?.post({ kind: 'run', run: entry.id, claim: entry.claim, ...entry.run, payload }, [payload.buffer])
    watch()
  }

  function requeue(entry: PoolRun): void {
    entry.thread?.runs.delete(entry.id)
    if (entry.state === 'ended') return
    Object.assign(entry, { state: 'waiting', thread: null, claim: null, beganAt: null, countedMs: 0, disputedMs: 0 })
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
    if (thread) supply.tidy(thread)
    if (waiting.size > 0) pump()
  }

  return {
    add,
    pump,
    requeue,
    finish,
    restart(entry, alone) {
      entry.restarts += 1
      state.restarted += 1
      const way = afterRestart(entry.restarts)
      if (alone || way === 'alone') entry.alone = true
      if (way === 'lost') {
        finish(entry, { kind: 'worker_lost', reason: `its threads were lost ${entry.restarts} times` })
      } else {
        entry.report({ kind: 'restart' })
        requeue(entry)
      }
    },
    stop(entry, reason) {
      entry.stopped = reason instanceof Error ? reason.message : String(reason)
      if (entry.claim === null || withdraw(entry.claim)) finish(entry, { kind: 'handed_back' })
      else entry.thread?.live?.post({ kind: 'abort', run: entry.id, reason: entry.stopped }, [])
    },
  }
}
