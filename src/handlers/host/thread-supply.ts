/** Starts the pool's threads, and ends those that are not wanted any more. */
import { traceOf } from '../../domain/describe-error.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import { backoff } from './blame.ts'
import { isSurplus } from './placement.ts'
import { filesOf, limitOf, type PoolState, peersOf } from './pool-state.ts'
import { newPoolThread, openPoolThread, type PoolThread, viewOf } from './pool-thread.ts'
import type { ThreadLoss } from './thread-loss.ts'

/** A thread of one type that has had nothing to do for so long ends, milliseconds. */
const IDLE_MS = 30_000

export interface ThreadSupply {
  /** Rejects as `launchThread` does. */
  start(ownType: string | null, files: readonly string[]): Promise<readonly LoadedType[]>
  /** In the background. One that cannot be started is tried again, later each time. */
  startAnother(ownType: string | null): void
  /** One more was lost in a row: the next is started later. */
  countLoss(ownType: string | null, reason: string): void
  /** No more runs; it ends after those it has. */
  leave(thread: PoolThread): void
  /** Ends a thread that has nothing left to do where it is not wanted any more. */
  tidy(thread: PoolThread): void
  end(thread: PoolThread): void
}

/** What the rest of the pool does when something happens to its threads. */
export interface SupplyEvents {
  /** There may be room for runs that wait. */
  changed(): void
  receive(thread: PoolThread, message: FromThread): void
  died(thread: PoolThread, loss: ThreadLoss): void
}

export function createThreadSupply(state: PoolState, { changed, receive, died }: SupplyEvents): ThreadSupply {
  const { options, stop, threads, losses } = state
  const { clock, log } = options.options
  let lastThread = 0

  async function start(ownType: string | null, files: readonly string[]): Promise<readonly LoadedType[]> {
    lastThread += 1
    const thread = newPoolThread(ownType === null ? `handlers ${lastThread}` : `handlers ${lastThread} (${ownType})`, ownType)
    threads.add(thread)
    try {
      const loaded = await openPoolThread(thread, files, options, stop.signal, (message) => receive(thread, message))
      void thread.live?.gone.then(({ exitCode, error }) => {
        if (thread.state === 'gone' || stop.signal.aborted) return
        const told = { exit_code: exitCode, error: error && traceOf(error) }
        died(thread, { reason: `it died: ${codeOf(error) ?? `exit code ${exitCode}`}`, culprit: null, told })
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

  function tidy(thread: PoolThread): void {
    thread.cancelIdle()
    if (thread.runs.size > 0 || (thread.state !== 'open' && thread.state !== 'leaving')) return
    const peers = peersOf(state, thread.ownType)
    const surplus = thread.leftOvers.size === 0 && isSurplus(peers.map(viewOf), limitOf(state, thread.ownType))
    if (thread.state === 'leaving' || surplus) end(thread)
    else if (thread.ownType !== null) thread.cancelIdle = clock.after(IDLE_MS, () => thread.runs.size === 0 && end(thread))
  }

  /** A thread that has opened is one too many when another answers again meanwhile. */
  function opened(ownType: string | null): void {
    changed()
    for (const peer of peersOf(state, ownType)) tidy(peer)
  }

  function end(thread: PoolThread): void {
    thread.cancelIdle()
    thread.state = 'gone'
    threads.delete(thread)
    thread.live?.terminate()
  }

  return {
    start,
    tidy,
    end,
    startAnother(ownType) {
      const lost = losses.get(ownType)
      if (lost !== undefined && clock.monotonic() < lost.until) return
      start(ownType, filesOf(state, ownType)).then(
        () => opened(ownType),
        (error: unknown) => {
          if (stop.signal.aborted) return
          log.error({ type: ownType ?? undefined, error: String(error) }, 'the handlers do not load any more; jobs wait until they do')
          count(ownType, String(error), true)
        },
      )
    },
    countLoss: (ownType, reason) => count(ownType, reason, false),
    leave(thread) {
      if (thread.state !== 'open') return
      thread.state = 'leaving'
      tidy(thread)
      changed()
    },
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
