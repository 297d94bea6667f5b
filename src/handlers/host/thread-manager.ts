/** Starts the threads of the pool, and ends those that it does not need any more. */
import { traceOf } from '../../domain/describe-error.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import { backoff } from './fault-attribution.ts'
import { filesOf, limitOf, type PoolState, peersOf } from './pool-state.ts'
import { newPoolThread, openPoolThread, type PoolThread, viewOf } from './pool-thread.ts'
import { isSurplus } from './scheduling.ts'
import type { ThreadLoss } from './thread-loss.ts'

/** A thread of one type ends when it has had nothing to do for so long: milliseconds. */
const IDLE_MS = 30_000

/** The threads of one pool. `ownType` is the only type that a thread loads; null for the shared threads. */
export interface ThreadManager {
  /** Starts a thread with the modules of `files` and returns their types. Rejects as `launchThread` does. */
  start(ownType: string | null, files: readonly string[]): Promise<readonly LoadedType[]>
  /** Starts a thread in the background. When it cannot be started, the next attempt waits longer each time. */
  startAnother(ownType: string | null): void
  /** Counts one more thread that was lost in a row: the next one is started later. */
  countLoss(ownType: string | null, reason: string): void
  /** Gives a thread no more runs. It ends after those it has. */
  drain(thread: PoolThread): void
  /** Ends a thread without runs when it drains or is one too many; ends a thread of one type once it has been idle for long. */
  endIfUnneeded(thread: PoolThread): void
  /** Ends a thread at once, with all its runs. */
  end(thread: PoolThread): void
}

/** What the rest of the pool does when something happens to its threads. */
export interface ThreadEvents {
  /** There may be room for runs that wait. */
  changed(): void
  receive(thread: PoolThread, message: FromThread): void
  died(thread: PoolThread, loss: ThreadLoss): void
}

/** Starts no thread before it is told to. */
export function createThreadManager(state: PoolState, { changed, receive, died }: ThreadEvents): ThreadManager {
  const { options, stop, threads, losses } = state
  const { clock, log } = options.launch
  let lastThread = 0

  async function start(ownType: string | null, files: readonly string[]): Promise<readonly LoadedType[]> {
    lastThread += 1
    const thread = newPoolThread(ownType === null ? `handlers ${lastThread}` : `handlers ${lastThread} (${ownType})`, ownType)
    threads.add(thread)
    try {
      const { launch, data } = options
      const open = { launch, data, files, stop: stop.signal, receive: (message: FromThread) => receive(thread, message) }
      const loaded = await openPoolThread(thread, open)
      void thread.live?.exited.then(({ exitCode, error }) => {
        if (thread.state === 'ended' || stop.signal.aborted) return
        const details = { exit_code: exitCode, error: error && traceOf(error) }
        died(thread, { reason: `it died: ${codeOf(error) ?? `exit code ${exitCode}`}`, culprit: null, details })
      })
      return loaded
    } catch (error) {
      threads.delete(thread)
      throw error
    }
  }

  function count(ownType: string | null, reason: string, cannotStart: boolean): void {
    const inRow = (losses.get(ownType)?.count ?? 0) + 1
    const wait = backoff(inRow)
    losses.set(ownType, { count: inRow, until: clock.monotonic() + wait, reason, cannotStart })
    if (inRow > 2) log.error({ type: ownType ?? undefined, losses: inRow, wait_ms: wait, reason }, 'handler threads keep being lost')
    clock.after(wait, changed)
  }

  function endIfUnneeded(thread: PoolThread): void {
    thread.cancelIdle()
    if (thread.runs.size > 0 || (thread.state !== 'open' && thread.state !== 'leaving')) return
    const peers = peersOf(state, thread.ownType)
    const surplus = thread.abandoned.size === 0 && isSurplus(peers.map(viewOf), limitOf(state, thread.ownType))
    if (thread.state === 'leaving' || surplus) end(thread)
    else if (thread.ownType !== null) thread.cancelIdle = clock.after(IDLE_MS, () => thread.runs.size === 0 && end(thread))
  }

  /** A thread that has opened is one too many when an unresponsive one has recovered meanwhile. */
  function opened(ownType: string | null): void {
    changed()
    for (const peer of peersOf(state, ownType)) endIfUnneeded(peer)
  }

  function end(thread: PoolThread): void {
    thread.cancelIdle()
    thread.state = 'ended'
    threads.delete(thread)
    thread.live?.terminate()
  }

  return {
    start,
    endIfUnneeded,
    end,
    startAnother(ownType) {
      const lost = losses.get(ownType)
      if (lost !== undefined && clock.monotonic() < lost.until) return
      start(ownType, filesOf(state, ownType)).then(
        () => opened(ownType),
        (error: unknown) => {
          if (stop.signal.aborted) return
          log.error({ type: ownType ?? undefined }, 'the handlers do not load any more; jobs wait until they do', error)
          count(ownType, error instanceof Error ? error.message : 'unknown', true)
        },
      )
    },
    countLoss: (ownType, reason) => count(ownType, reason, false),
    drain(thread) {
      if (thread.state !== 'open') return
      thread.state = 'leaving'
      endIfUnneeded(thread)
      changed()
    },
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
