/** A thread of the pool that is gone, or is to go at once: its runs go on elsewhere, but for who did it. */
import { withdraw } from '../shared-words.ts'
import { verdictOn } from './blame.ts'
import type { PoolState } from './pool-state.ts'
import type { PoolThread } from './pool-thread.ts'
import type { RunQueue } from './run-queue.ts'
import type { ThreadSupply } from './thread-supply.ts'

export interface ThreadLoss {
  /** For the log, and for the run that did it. */
  reason: string
  /** The run whose code is known to have done it. */
  culprit: number | null
  /** Of the begun runs, those that may have done it; the others are innocent. Absent: it follows from `culprit`. */
  suspects?: readonly number[]
  /** More for the log. */
  told?: object
}

export function loseThread(state: PoolState, supply: ThreadSupply, queue: RunQueue, thread: PoolThread, loss: ThreadLoss): void {
  const held = [...thread.runs.values()]
  const begun = held.filter(({ claim }) => claim !== null && !withdraw(claim))
  supply.end(thread)
  state.replaced += 1
  const { log } = state.options.options
  const types = begun.map(({ run }) => run.type)
  log.error(
    { thread: thread.name, reason: loss.reason, types, left_overs: thread.leftOvers.size, ...loss.told },
    'a handlers thread is replaced',
  )

  const trial = { culprit: loss.culprit, begun: begun.map(({ id }) => id), leftOvers: thread.leftOvers.size }
  let isKnown = loss.culprit !== null || loss.suspects !== undefined
  for (const entry of held) {
    if (!begun.includes(entry)) {
      queue.requeue(entry)
      continue
    }
    const verdict = loss.suspects ? (loss.suspects.includes(entry.id) ? 'suspect' : 'innocent') : verdictOn(entry.id, trial)
    if (verdict === 'guilty') {
      isKnown = true
      state.heavy.add(entry.run.type)
      queue.finish(entry, { kind: 'worker_lost', reason: `the handler took its thread down: ${loss.reason}` })
    } else queue.restart(entry, verdict === 'suspect')
  }
  // With its culprit known the next thread is none the worse for it.
  if (!isKnown) supply.countLoss(thread.ownType, loss.reason)
  queue.pump()
}
