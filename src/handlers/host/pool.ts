/**
 * Main side: runs jobs in a pool of threads, so that a handler that computes, dies or never returns costs no other run an
 * attempt. What is decided is in placement.ts, silence.ts and blame.ts; `docs/concepts.md#a-handler-thread` has the states.
 */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Report } from '../../domain/progress.ts'
import type { HandlerPool, Run } from '../../ports/executor.ts'
import type { Health } from '../../ports/health.ts'
import { boundRun } from '../bound-run.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import { SILENT_MS } from './placement.ts'
import { newPoolRun, type PoolRun } from './pool-run.ts'
import { filesOf, newPoolState, type PoolOptions, peersOf } from './pool-state.ts'
import { describeThread, type PoolThread } from './pool-thread.ts'
import { createRunQueue, type RunQueue } from './run-queue.ts'
import { createThreadLooks } from './thread-looks.ts'
import { loseThread, type ThreadLoss } from './thread-loss.ts'
import { createThreadSupply } from './thread-supply.ts'

/** A thread with more left-overs gets no more runs. */
const MOST_LEFT_OVERS = 8

export interface Pool {
  readonly types: readonly LoadedType[]
  /** As `Executor.run`. */
  run(run: Run, signal: AbortSignal, report: (report: Report) => void): Promise<RunOutcome>
  pool(): HandlerPool
  health(): Health
  close(): Promise<void>
}

/** Starts the first thread, with all modules, and answers when their types are known. Rejects as `launchThread` does. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { clock, log } = options.options
  const state = newPoolState(options)
  const { threads, waiting, apart, heavy, losses, stop } = state
  const lose = (thread: PoolThread, loss: ThreadLoss) => loseThread(state, supply, queue, thread, loss)
  const supply = createThreadSupply(state, { changed: () => queue.pump(), receive, died: lose })
  const looks = createThreadLooks({ state, supply, queue: () => queue, lose })
  const queue: RunQueue = createRunQueue(state, supply, looks.begin)

  /** The grace is over: the run is settled, and its handler goes on for nobody. */
  function abandon(entry: PoolRun): void {
    const { thread } = entry
    if (entry.state === 'ended' || thread === null) return
    thread.leftOvers.set(entry.id, entry)
    queue.finish(entry, { kind: 'handed_back' })
    tellLeftOver(thread, entry)
    if (thread.silentMs >= SILENT_MS) looks.judge(thread)
  }

  function tellLeftOver(thread: PoolThread, { run }: PoolRun): void {
    const { jobId: job, type, attempt } = run
    log.warn({ thread: thread.name, job, type, attempt, left_overs: thread.leftOvers.size }, 'a handler goes on after its run was settled')
    if (thread.leftOvers.size > MOST_LEFT_OVERS) supply.leave(thread)
  }

  function dropLeftOver(thread: PoolThread, run: number): void {
    if (thread.leftOvers.delete(run)) supply.tidy(thread)
  }

  function receive(thread: PoolThread, message: FromThread): void {
    if (thread.state === 'gone') return
    const entry = 'run' in message && message.run !== null ? thread.runs.get(message.run) : undefined
    switch (message.kind) {
      case 'reports':
        for (const report of message.reports) entry?.report(report)
        return
      case 'ended':
        if (entry) {
          if (!message.returned) thread.leftOvers.set(message.run, entry)
          losses.delete(thread.ownType)
          queue.finish(entry, message.outcome)
          if (!message.returned) tellLeftOver(thread, entry)
        } else dropLeftOver(thread, message.run)
        return
      case 'returned':
        dropLeftOver(thread, message.run)
        return
      case 'log': {
        const { run } = entry ?? {}
        const told = { job: run?.jobId, type: run?.type, attempt: run?.attempt, fields: message.fields ?? undefined }
        log[message.level](told, message.message)
        return
      }
      case 'stray':
        takeStray(thread, message)
        return
      case 'full':
        lose(thread, { reason: `heap limit: ${message.bytes} bytes are in use`, culprit: null })
        return
    }
  }

  /** No run is known to have thrown it: those of the thread may end in it, and the next ones get another. */
  function takeStray(thread: PoolThread, { file, error }: FromThread & { kind: 'stray' }): void {
    if (thread.state !== 'open') return
    log.error(
      { thread: thread.name, file: file ?? undefined, ...error },
      'a handlers thread is replaced: something threw in the background',
    )
    state.replaced += 1
    const module = state.types.find(({ source }) => source === file)
    if (module && !apart.has(module.type)) {
      apart.add(module.type)
      log.warn({ type: module.type, file }, 'a module fails in the background: its jobs run in threads of their own from now on')
    } else supply.countLoss(thread.ownType, error.message)
    supply.leave(thread)
  }

  state.types = await supply.start(null, options.files)
  for (const { type, isolated } of state.types) if (isolated) apart.add(type)
  if (apart.size > 0) {
    // The first thread has loaded them, too.
    for (const thread of threads) supply.leave(thread)
    if (filesOf(state, null).length > 0) supply.startAnother(null)
  }

  return {
    types: state.types,
    run(run, signal, report) {
      const entry = newPoolRun(run, report, clock)
      entry.alone = heavy.has(run.type)
      const limit = (expire: () => void) => {
        entry.expire = expire
        return () => {}
      }
      return boundRun({ clock, signal, limit }, (inner) => {
        const { promise, resolve } = Promise.withResolvers<RunOutcome>()
        entry.settle = resolve
        inner.addEventListener('abort', () => queue.stop(entry, inner.reason), { once: true })
        queue.add(entry)
        return promise
      }).finally(() => abandon(entry))
    },
    pool() {
      const { replaced, restarted, blockedMs } = state
      return { threads: [...threads].map(describeThread), waiting: waiting.size, replaced, restarted, blockedMs }
    },
    health() {
      const loss = losses.get(null)
      const ok = !loss?.cannotStart || peersOf(state, null).length > 0
      return { ok, reason: ok ? null : `no thread for handlers can be started: ${loss.reason}`, details: { threads: threads.size } }
    },
    async close() {
      stop.abort()
      looks.close()
      for (const thread of threads) thread.cancelIdle()
      await Promise.all([...threads].map((thread) => thread.live?.gone))
      for (const entry of [...waiting, ...[...threads].flatMap((thread) => [...thread.runs.values()])])
        queue.finish(entry, { kind: 'handed_back' })
    },
  }
}
