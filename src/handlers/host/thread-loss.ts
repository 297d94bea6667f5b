/** What happens to the runs of a thread that is lost: they are restarted elsewhere, except the run that caused the loss. */
import { revoke } from '../run-claim.ts'
import { attributeFault } from './fault-attribution.ts'
import type { PoolState } from './pool-state.ts'
import type { PoolThread } from './pool-thread.ts'
import type { RunQueue } from './run-queue.ts'
import type { ThreadManager } from './thread-manager.ts'

/** Why a thread is lost. */
export interface ThreadLoss {
  /** For the log, and for the run that caused it. */
  reason: string
  /** The run whose code is known to have caused it; null when it is not known. */
  culprit: number | null
  /** The started runs that may have caused it; the others have not. When it is absent, this follows from `culprit`. */
  suspects?: readonly number[]
  /** More fields for the log. */
  details?: object
}

/** What `loseThread` works on. */
export interface LossContext {
  state: PoolState
  manager: ThreadManager
  queue: RunQueue
}

/** Ends the thread, if it has not ended by itself, and hands its runs on. */
export function loseThread({ state, manager, queue }: LossContext, thread: PoolThread, loss: ThreadLoss): void {
  const held = [...thread.runs.values()]
  const started = held.filter(({ claim }) => claim !== null && !revoke(claim))
  manager.end(thread)
  state.replaced += 1
  const types = started.map(({ run }) => run.type)
  const fields = { thread: thread.name, reason: loss.reason, types, left_overs: thread.abandoned.size, ...loss.details }
  state.options.launch.log.error(fields, 'a handlers thread is replaced')

  const lost = { culprit: loss.culprit, started: started.map(({ id }) => id), abandoned: thread.abandoned.size }
  let isKnown = loss.culprit !== null || loss.suspects !== undefined
  for (const entry of held) {
    if (!started.includes(entry)) {
      queue.requeue(entry)
      continue
    }
    const attribution = loss.suspects ? (loss.suspects.includes(entry.id) ? 'suspect' : 'unaffected') : attributeFault(entry.id, lost)
    if (attribution === 'at_fault') {
      isKnown = true
      state.exclusiveTypes.add(entry.run.type)
      queue.finish(entry, { kind: 'worker_lost', reason: `the handler took its thread down: ${loss.reason}` })
    } else queue.restart(entry, attribution === 'suspect')
  }
  // The next thread is started without a delay when the cause is known: it will not be lost in the same way.
  if (!isKnown) manager.countLoss(thread.ownType, loss.reason)
  queue.dispatch()
}
