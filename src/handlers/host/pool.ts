/**
 * Runs jobs in a pool of threads, so that a handler that computes, dies or never returns costs no other run an attempt. The
 * decisions are in scheduling.ts, unresponsive.ts and fault-attribution.ts. `docs/concepts.md#a-handler-thread` has the states.
 */
import type { RunOutcome } from '../../domain/job-outcome.ts'
import type { Report } from '../../domain/progress.ts'
import { traceIdOf } from '../../domain/trace.ts'
import type { HandlerPool, Run } from '../../ports/executor.ts'
import type { Health } from '../../ports/health.ts'
import { boundRun } from '../bound-run.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import { createHealthChecks } from './health-checks.ts'
import { newPoolRun, type PoolRun } from './pool-run.ts'
import { filesOf, newPoolState, type PoolOptions, peersOf } from './pool-state.ts'
import { describeThread, type PoolThread } from './pool-thread.ts'
import { createRunQueue, type RunQueue } from './run-queue.ts'
import { UNRESPONSIVE_MS } from './scheduling.ts'
import { loseThread, type ThreadLoss } from './thread-loss.ts'
import { createThreadManager } from './thread-manager.ts'

/** A thread with more abandoned runs gets no more. */
const MAX_ABANDONED = 8

/** The pool of one process. */
export interface Pool {
  readonly types: readonly LoadedType[]
  /** As `Executor.run`. */
  run(run: Run, signal: AbortSignal, report: (report: Report) => void): Promise<RunOutcome>
  /** The threads and figures for the operator. */
  pool(): HandlerPool
  /** As `Executor.health`. */
  health(): Health
  /** Ends all threads and hands their runs back. */
  close(): Promise<void>
}

/** Starts the first thread with all modules, and resolves when their types are known. Rejects as `launchThread` does. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { clock, log } = options.launch
  const state = newPoolState(options)
  const { threads, waiting, isolatedTypes, exclusiveTypes, losses, stop } = state
  const lose = (thread: PoolThread, loss: ThreadLoss) => loseThread({ state, manager, queue }, thread, loss)
  const manager = createThreadManager(state, { changed: () => queue.dispatch(), receive, died: lose })
  const healthChecks = createHealthChecks({ state, manager, queue: () => queue, lose })
  const queue: RunQueue = createRunQueue(state, manager, healthChecks.start)

  /** Settles a run whose grace period is over while its handler continues. */
  function abandon(entry: PoolRun): void {
    const { thread } = entry
    if (entry.state === 'ended' || thread === null) return
    thread.abandoned.set(entry.id, entry)
    queue.finish(entry, { kind: 'handed_back' })
    reportAbandoned(thread, entry)
    if (thread.unresponsiveMs >= UNRESPONSIVE_MS) healthChecks.replaceIfDue(thread)
  }

  function reportAbandoned(thread: PoolThread, { run }: PoolRun): void {
    const { jobId: job, type, attempt } = run
    log.warn({ thread: thread.name, job, type, attempt, left_overs: thread.abandoned.size }, 'a handler goes on after its run was settled')
    if (thread.abandoned.size > MAX_ABANDONED) manager.drain(thread)
  }

  function forgetAbandoned(thread: PoolThread, run: number): void {
    if (thread.abandoned.delete(run)) manager.endIfUnneeded(thread)
  }

  function receive(thread: PoolThread, message: FromThread): void {
    if (thread.state === 'ended') return
    const entry = 'run' in message && message.run !== null ? thread.runs.get(message.run) : undefined
    switch (message.kind) {
      case 'reports':
        for (const report of message.reports) entry?.report(report)
        return
      case 'ended':
        if (entry) {
          if (!message.returned) thread.abandoned.set(message.run, entry)
          losses.delete(thread.ownType)
          queue.finish(entry, message.outcome)
          if (!message.returned) reportAbandoned(thread, entry)
        } else forgetAbandoned(thread, message.run)
        return
      case 'returned':
        forgetAbandoned(thread, message.run)
        return
      case 'log': {
        const { run } = entry ?? {}
        const trace_id = traceIdOf(run?.traceparent)
        const fields = { job: run?.jobId, type: run?.type, attempt: run?.attempt, trace_id, fields: message.fields ?? undefined }
        log[message.level](fields, message.message)
        return
      }
      case 'unhandled_error':
        handleUnhandledError(thread, message)
        return
      case 'full':
        lose(thread, { reason: `heap limit: ${message.bytes} bytes are in use`, culprit: null })
        return
    }
  }

  /** Replaces a thread in which an error belongs to no run: its runs may end there, and the next runs get another thread. */
  function handleUnhandledError(thread: PoolThread, { file, error }: FromThread & { kind: 'unhandled_error' }): void {
    if (thread.state !== 'open') return
    log.error(
      { thread: thread.name, file: file ?? undefined, ...error },
      'a handlers thread is replaced: something threw in the background',
    )
    state.replaced += 1
    const module = state.types.find(({ source }) => source === file)
    if (module && !isolatedTypes.has(module.type)) {
      isolatedTypes.add(module.type)
      log.warn({ type: module.type, file }, 'a module fails in the background: its jobs run in threads of their own from now on')
    } else manager.countLoss(thread.ownType, error.message)
    manager.drain(thread)
  }

  state.types = await manager.start(null, options.files)
  for (const { type, isolated } of state.types) if (isolated) isolatedTypes.add(type)
  if (isolatedTypes.size > 0) {
    // The first thread has loaded the isolated modules too, so it is replaced.
    for (const thread of threads) manager.drain(thread)
    if (filesOf(state, null).length > 0) manager.startAnother(null)
  }

  return {
    types: state.types,
    run(run, signal, report) {
      const entry = newPoolRun(run, report, clock)
      entry.exclusive = exclusiveTypes.has(run.type)
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
      healthChecks.close()
      for (const thread of threads) thread.cancelIdle()
      await Promise.all([...threads].map((thread) => thread.live?.exited))
      for (const entry of [...waiting, ...[...threads].flatMap((thread) => [...thread.runs.values()])])
        queue.finish(entry, { kind: 'handed_back' })
    },
  }
}
