/** Looks at the threads that have something to do: whose time counts, which of them are silent, and which are taken away. */
import { isBegun, withdraw } from '../shared-words.ts'
import { SILENT_MS } from './placement.ts'
import type { PoolState } from './pool-state.ts'
import { lookAt, type PoolThread } from './pool-thread.ts'
import type { RunQueue } from './run-queue.ts'
import { countTime, judgeSilence, type Silence } from './silence.ts'
import type { ThreadLoss } from './thread-loss.ts'
import type { ThreadSupply } from './thread-supply.ts'

/** Between two looks, milliseconds. A look that comes later found a process that stood still. */
const LOOK_EVERY = 100
const LONGEST_LOOK = 250
/** Of a silent thread garbage cannot be collected first, so it may have twice its memory in use. */
const SILENT_MEMORY = 2
/** A type whose code has held its thread for so long in one go runs alone from then on: milliseconds. */
const HEAVY_MS = 5_000

export interface ThreadLooks {
  /** Looks again soon, while there is something to look at. */
  begin(): void
  /** Takes a silent thread away from who holds it, when it is time. */
  judge(thread: PoolThread): void
  close(): void
}

export interface LooksContext {
  state: PoolState
  supply: ThreadSupply
  /** Asked for at each use: the queue watches by these looks. */
  queue(): RunQueue
  lose(thread: PoolThread, loss: ThreadLoss): void
}

export function createThreadLooks({ state, supply, queue, lose }: LooksContext): ThreadLooks {
  const { options, threads, waiting, stop, heavy, blockedMs } = state
  const { clock, log } = options.options
  let lookedAt = 0
  let cancelLook: (() => void) | null = null

  function begin(): void {
    if (cancelLook !== null || stop.signal.aborted) return
    if (waiting.size === 0 && ![...threads].some(isWatched)) return
    lookedAt = clock.monotonic()
    cancelLook = clock.deadline(LOOK_EVERY, look)
  }

  function look(): void {
    cancelLook = null
    const elapsed = Math.min(clock.monotonic() - lookedAt, LONGEST_LOOK)
    for (const thread of [...threads]) if (thread.live !== null && isWatched(thread)) lookAtThread(thread, elapsed)
    queue().pump()
  }

  function lookAtThread(thread: PoolThread, elapsedMs: number): void {
    const before = thread.silentMs
    const silentMs = lookAt(thread, elapsedMs)
    const holder = thread.life.holder()
    for (const entry of thread.runs.values()) {
      if (entry.state === 'posted' && entry.claim !== null && isBegun(entry.claim)) {
        entry.state = 'begun'
        entry.beganAt = clock.now()
      } else if (entry.state === 'begun') Object.assign(entry, countTime(entry, { elapsedMs, silentMs, holder }))
    }
    if (silentMs >= SILENT_MS) {
      const isNew = before < SILENT_MS
      countBlocked(thread, isNew ? silentMs : elapsedMs)
      if (isNew) withdrawPosted(thread)
      void askMemory(thread)
      judge(thread)
    } else if (before >= SILENT_MS) {
      log.info({ thread: thread.name, seconds: before / 1000 }, 'a handlers thread answers again')
      supply.tidy(thread)
    }
    for (const entry of [...thread.runs.values()]) if (entry.countedMs >= entry.run.timeoutMs && entry.stopped === null) entry.expire()
  }

  function holderOf(thread: PoolThread) {
    return thread.runs.get(thread.life.holder()) ?? thread.leftOvers.get(thread.life.holder())
  }

  function countBlocked(thread: PoolThread, ms: number): void {
    const type = holderOf(thread)?.run.type
    blockedMs.set(type ?? 'unknown', (blockedMs.get(type ?? 'unknown') ?? 0) + ms)
    if (type !== undefined && thread.silentMs >= HEAVY_MS) heavy.add(type)
  }

  /** A thread has just fallen silent: what it has not begun goes elsewhere. */
  function withdrawPosted(thread: PoolThread): void {
    const held = [...thread.runs.values()]
    for (const entry of held) if (entry.claim !== null && withdraw(entry.claim)) queue().requeue(entry)
    const types = held.filter(({ state }) => state === 'begun').map(({ run }) => run.type)
    const { run } = holderOf(thread) ?? {}
    log.warn({ thread: thread.name, type: run?.type, job: run?.jobId, types }, 'a handler holds its thread: nothing else goes on in it')
  }

  /** Ends a silent thread that fills its memory: whoever holds it does so. */
  async function askMemory(thread: PoolThread): Promise<void> {
    if (thread.isAsked || thread.live === null) return
    thread.isAsked = true
    const bytes = await thread.live.bytesInUse().catch(() => 0)
    thread.isAsked = false
    if (bytes <= options.maxMemory * SILENT_MEMORY || thread.state === 'gone' || thread.silentMs < SILENT_MS) return
    const holder = thread.life.holder()
    lose(thread, { reason: `heap limit: ${bytes} bytes are in use`, culprit: thread.runs.has(holder) ? holder : null })
  }

  function judge(thread: PoolThread): void {
    const id = thread.life.holder()
    const holder: Silence['holder'] = thread.runs.has(id) ? { kind: 'run', id } : { kind: thread.leftOvers.has(id) ? 'leftOver' : 'nobody' }
    const begun = [...thread.runs.values()].filter(({ state }) => state === 'begun')
    const times = begun.map((entry) => ({ id: entry.id, leftMs: entry.run.timeoutMs - entry.countedMs }))
    const sentence = judgeSilence({ silentMs: thread.silentMs, holder, begun: times })
    if (sentence.kind === 'take') lose(thread, { reason: sentence.reason, culprit: null, suspects: sentence.suspects })
  }

  return { begin, judge, close: () => cancelLook?.() }
}

/** A silent thread is watched until it answers or is ended, also when it has nothing to do any more: no run is placed in it. */
function isWatched({ runs, leftOvers, silentMs }: PoolThread): boolean {
  return runs.size + leftOvers.size > 0 || silentMs >= SILENT_MS
}
