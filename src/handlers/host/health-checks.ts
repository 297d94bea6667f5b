/** Checks the threads that have work: charges time to their runs, and replaces threads that do not respond or use too much memory. */
import { isStarted, revoke } from '../run-claim.ts'
import type { PoolRun } from './pool-run.ts'
import type { PoolState } from './pool-state.ts'
import { type PoolThread, readHeartbeat } from './pool-thread.ts'
import type { RunQueue } from './run-queue.ts'
import { UNRESPONSIVE_MS } from './scheduling.ts'
import type { ThreadLoss } from './thread-loss.ts'
import type { ThreadManager } from './thread-manager.ts'
import { chargeTime, decideUnresponsive, type UnresponsiveThread } from './unresponsive.ts'

/** Milliseconds between two checks. */
const CHECK_EVERY_MS = 100
/** A check that comes later finds that the whole process stood still, and that time is charged to no run: milliseconds. */
const MAX_ELAPSED_MS = 250
/** An unresponsive thread may use so many times its memory: its garbage cannot be collected first. */
const UNRESPONSIVE_MEMORY = 2
/** A type whose code has held its thread for so long without a pause runs alone from then on: milliseconds. */
const EXCLUSIVE_AFTER_MS = 5_000

/** The health checks of one pool. */
export interface HealthChecks {
  /** Checks again soon, while there is anything to check. */
  start(): void
  /** Replaces an unresponsive thread, if it is time to. */
  replaceIfDue(thread: PoolThread): void
  close(): void
}

/** What the checks work on. */
export interface HealthCheckContext {
  state: PoolState
  manager: ThreadManager
  /** A function, because the queue itself starts the checks. */
  queue(): RunQueue
  lose(thread: PoolThread, loss: ThreadLoss): void
}

/** The checks rest until `start` is called. */
export function createHealthChecks({ state, manager, queue, lose }: HealthCheckContext): HealthChecks {
  const { options, threads, waiting, stop, exclusiveTypes, blockedMs } = state
  const { clock, log } = options.launch
  let checkedAt = 0
  let cancelCheck: (() => void) | null = null

  function start(): void {
    if (cancelCheck !== null || stop.signal.aborted) return
    if (waiting.size === 0 && ![...threads].some(needsCheck)) return
    checkedAt = clock.monotonic()
    cancelCheck = clock.deadline(CHECK_EVERY_MS, checkAll)
  }

  function checkAll(): void {
    cancelCheck = null
    const elapsed = Math.min(clock.monotonic() - checkedAt, MAX_ELAPSED_MS)
    for (const thread of [...threads]) if (thread.live !== null && needsCheck(thread)) check(thread, elapsed)
    queue().dispatch()
  }

  function check(thread: PoolThread, elapsedMs: number): void {
    const before = thread.unresponsiveMs
    const unresponsiveMs = readHeartbeat(thread, elapsedMs)
    const executing = thread.heartbeat.executing()
    for (const entry of thread.runs.values()) {
      if (entry.state === 'posted' && entry.claim !== null && isStarted(entry.claim)) {
        entry.state = 'started'
        entry.beganAt = clock.now()
      } else if (entry.state === 'started') Object.assign(entry, chargeTime(entry, { elapsedMs, unresponsiveMs, executing }))
    }
    if (unresponsiveMs >= UNRESPONSIVE_MS) {
      const isNew = before < UNRESPONSIVE_MS
      countBlocked(thread, isNew ? unresponsiveMs : elapsedMs)
      if (isNew) requeuePosted(thread)
      void checkMemory(thread)
      replaceIfDue(thread)
    } else if (before >= UNRESPONSIVE_MS) {
      log.info({ thread: thread.name, seconds: before / 1000 }, 'a handlers thread answers again')
      manager.endIfUnneeded(thread)
    }
    for (const entry of [...thread.runs.values()]) if (entry.chargedMs >= entry.run.timeoutMs && entry.stopped === null) entry.expire()
  }

  function countBlocked(thread: PoolThread, ms: number): void {
    const type = executingRunOf(thread)?.run.type
    blockedMs.set(type ?? 'unknown', (blockedMs.get(type ?? 'unknown') ?? 0) + ms)
    if (type !== undefined && thread.unresponsiveMs >= EXCLUSIVE_AFTER_MS) exclusiveTypes.add(type)
  }

  /** Takes back what a thread has not started when it becomes unresponsive. */
  function requeuePosted(thread: PoolThread): void {
    const held = [...thread.runs.values()]
    for (const entry of held) if (entry.claim !== null && revoke(entry.claim)) queue().requeue(entry)
    const types = held.filter(({ state }) => state === 'started').map(({ run }) => run.type)
    const { run } = executingRunOf(thread) ?? {}
    log.warn({ thread: thread.name, type: run?.type, job: run?.jobId, types }, 'a handler holds its thread: nothing else goes on in it')
  }

  /** Ends an unresponsive thread that uses too much memory. The run that executes in it is the culprit. */
  async function checkMemory(thread: PoolThread): Promise<void> {
    if (thread.isMemoryRequested || thread.live === null) return
    thread.isMemoryRequested = true
    const bytes = await thread.live.bytesInUse().catch(() => 0)
    thread.isMemoryRequested = false
    const limit = options.data.maxMemory * UNRESPONSIVE_MEMORY
    if (bytes <= limit || thread.state === 'ended' || thread.unresponsiveMs < UNRESPONSIVE_MS) return
    const executing = thread.heartbeat.executing()
    lose(thread, { reason: `heap limit: ${bytes} bytes are in use`, culprit: thread.runs.has(executing) ? executing : null })
  }

  function replaceIfDue(thread: PoolThread): void {
    const running = [...thread.runs.values()].filter(({ state }) => state === 'started')
    const started = running.map((entry) => ({ id: entry.id, leftMs: entry.run.timeoutMs - entry.chargedMs }))
    const action = decideUnresponsive({ unresponsiveMs: thread.unresponsiveMs, executing: executingIn(thread), started })
    if (action.kind === 'replace') lose(thread, { reason: action.reason, culprit: null, suspects: action.suspects })
  }

  return { start, replaceIfDue, close: () => cancelCheck?.() }
}

function executingRunOf({ heartbeat, runs, abandoned }: PoolThread): PoolRun | undefined {
  return runs.get(heartbeat.executing()) ?? abandoned.get(heartbeat.executing())
}

function executingIn({ heartbeat, runs, abandoned }: PoolThread): UnresponsiveThread['executing'] {
  const id = heartbeat.executing()
  if (runs.has(id)) return { kind: 'run', id }
  return { kind: abandoned.has(id) ? 'abandoned' : 'unknown' }
}

/** An unresponsive thread is checked until it responds or is ended, even without runs: no run is placed in it meanwhile. */
function needsCheck({ runs, abandoned, unresponsiveMs }: PoolThread): boolean {
  return runs.size + abandoned.size > 0 || unresponsiveMs >= UNRESPONSIVE_MS
}
