/**
 * Main side: runs jobs in a pool of threads, so that a handler that computes, dies or never returns costs no other run an
 * attempt. What is decided is in placement.ts, silence.ts and blame.ts; `docs/handler-threads.md` has the states.
 */

import { traceOf } from '../../domain/describe-error.ts'
import type { RunOutcome } from '../../domain/job.ts'
import type { Report } from '../../domain/progress.ts'
import type { HandlerPool, Health, Run } from '../../ports.ts'
import { boundRun } from '../bound-run.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import { isBegun, newClaim, withdraw } from '../shared-words.ts'
import { afterRestart, backoff, verdictOn } from './blame.ts'
import { isSurplus, placeRun, SILENT_MS } from './placement.ts'
import { newPoolRun, type PoolRun } from './pool-run.ts'
import { describeThread, lookAt, newPoolThread, openPoolThread, type PoolThread, type ThreadSource, viewOf } from './pool-thread.ts'
import { countTime, judgeSilence, type Silence } from './silence.ts'

/** Between two looks at threads that have runs, milliseconds. A look that comes later found a process that stood still. */
const LOOK_EVERY = 100
const LONGEST_LOOK = 250
/** Of a silent thread garbage cannot be collected first, so it may have twice its memory in use. */
const SILENT_MEMORY = 2
/** A thread with more left-overs gets no more runs. */
const MOST_LEFT_OVERS = 8
/** A thread of one type that has had nothing to do for so long ends, milliseconds. */
const IDLE_MS = 30_000
/** A type whose code has held its thread for so long in one go runs alone from then on: milliseconds. */
const HEAVY_MS = 5_000

export interface Pool {
  readonly types: readonly LoadedType[]
  /** As `Workshop.run`. */
  run(run: Run, signal: AbortSignal, report: (report: Report) => void): Promise<RunOutcome>
  pool(): HandlerPool
  health(): Health
  close(): Promise<void>
}

export interface PoolOptions extends ThreadSource {
  files: readonly string[]
  /** Threads that are to answer. */
  threads: number
}

/** Starts the first thread, with all modules, and answers when their types are known. Rejects as `launchThread` does. */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { clock, log } = options.options
  const stop = new AbortController()
  const threads = new Set<PoolThread>()
  const waiting = new Set<PoolRun>()
  /** Types that get threads of their own, because they ask for it or because their module fails in the background. */
  const apart = new Set<string>()
  /** Types that run with no other run beside them: they have taken a thread down or held one for long. */
  const heavy = new Set<string>()
  /** Threads of these types, or of all (null), that were lost or not to be started in a row. */
  const losses = new Map<string | null, { count: number; until: number; reason: string; cannotStart: boolean }>()
  const blockedMs = new Map<string, number>()
  let types: readonly LoadedType[] = []
  let lastRun = 0
  let lastThread = 0
  let replaced = 0
  let restarted = 0
  let lookedAt = 0
  let cancelLook: (() => void) | null = null

  const typeOf = (name: string) => types.find(({ type }) => type === name)
  const filesOf = (ownType: string | null) =>
    types.filter(({ type }) => (ownType === null ? !apart.has(type) : type === ownType)).map(({ source }) => source)
  const ownTypeOf = ({ run, alone }: PoolRun) => (alone || apart.has(run.type) ? run.type : null)
  const limitOf = (ownType: string | null) =>
    Math.min(options.threads, (ownType === null ? null : typeOf(ownType)?.concurrency) ?? options.threads)
  const peersOf = (ownType: string | null) => [...threads].filter((one) => one.ownType === ownType && one.state === 'open')

  // ------------------------------------------------------------ threads

  async function startThread(ownType: string | null, files: readonly string[]): Promise<readonly LoadedType[]> {
    lastThread += 1
    const thread = newPoolThread(ownType === null ? `handlers ${lastThread}` : `handlers ${lastThread} (${ownType})`, ownType)
    threads.add(thread)
    try {
      const loaded = await openPoolThread(thread, files, options, stop.signal, (message) => receive(thread, message))
      void thread.live?.gone.then(({ exitCode, error }) => {
        if (thread.state === 'gone' || stop.signal.aborted) return
        const told = { exit_code: exitCode, error: error && traceOf(error) }
        lose(thread, { reason: `it died: ${codeOf(error) ?? `exit code ${exitCode}`}`, culprit: null, told })
      })
      return loaded
    } catch (error) {
      threads.delete(thread)
      throw error
    }
  }

  /** In the background. One that cannot be started is tried again, later each time. */
  function startAnother(ownType: string | null): void {
    const loss = losses.get(ownType)
    if (loss !== undefined && clock.monotonic() < loss.until) return
    startThread(ownType, filesOf(ownType)).then(pump, (error: unknown) => {
      if (stop.signal.aborted) return
      log.error({ type: ownType ?? undefined, error: String(error) }, 'the handlers do not load any more; jobs wait until they do')
      countLoss(ownType, String(error), true)
    })
  }

  function countLoss(ownType: string | null, reason: string, cannotStart = false): void {
    const count = (losses.get(ownType)?.count ?? 0) + 1
    const wait = backoff(count)
    losses.set(ownType, { count, until: clock.monotonic() + wait, reason, cannotStart })
    if (count > 2) log.error({ type: ownType ?? undefined, losses: count, wait_ms: wait, reason }, 'handler threads keep being lost')
    clock.after(wait, pump)
  }

  /** No more runs; it ends after those it has. */
  function leave(thread: PoolThread): void {
    if (thread.state !== 'open') return
    thread.state = 'leaving'
    tidy(thread)
    pump()
  }

  /** Ends a thread that has nothing left to do where it is not wanted any more. */
  function tidy(thread: PoolThread): void {
    thread.cancelIdle()
    if (thread.runs.size > 0 || (thread.state !== 'open' && thread.state !== 'leaving')) return
    const peers = peersOf(thread.ownType)
    const surplus = thread.leftOvers.size === 0 && isSurplus(peers.map(viewOf), limitOf(thread.ownType))
    if (thread.state === 'leaving' || surplus) end(thread)
    else if (thread.ownType !== null) thread.cancelIdle = clock.after(IDLE_MS, () => thread.runs.size === 0 && end(thread))
  }

  function end(thread: PoolThread): void {
    thread.cancelIdle()
    thread.state = 'gone'
    threads.delete(thread)
    thread.live?.terminate()
  }

  /** The thread is gone, or is to go at once: its runs go on elsewhere, but for who did it. */
  function lose(thread: PoolThread, loss: { reason: string; culprit: number | null; told?: object; suspects?: readonly number[] }): void {
    const held = [...thread.runs.values()]
    const begun = held.filter(({ claim }) => claim !== null && !withdraw(claim))
    end(thread)
    replaced += 1
    log.error(
      {
        thread: thread.name,
        reason: loss.reason,
        types: begun.map(({ run }) => run.type),
        left_overs: thread.leftOvers.size,
        ...loss.told,
      },
      'a handlers thread is replaced',
    )
    const trial = { culprit: loss.culprit, begun: begun.map(({ id }) => id), leftOvers: thread.leftOvers.size }
    let isKnown = loss.culprit !== null || loss.suspects !== undefined
    for (const entry of held) {
      if (!begun.includes(entry)) {
        requeue(entry)
        continue
      }
      const verdict = loss.suspects ? (loss.suspects.includes(entry.id) ? 'suspect' : 'innocent') : verdictOn(entry.id, trial)
      if (verdict === 'guilty') {
        isKnown = true
        heavy.add(entry.run.type)
        finish(entry, { kind: 'worker_lost', reason: `the handler took its thread down: ${loss.reason}` })
      } else restart(entry, verdict === 'suspect')
    }
    // With its culprit known the next thread is none the worse for it.
    if (!isKnown) countLoss(thread.ownType, loss.reason)
    pump()
  }

  // ------------------------------------------------------------ runs

  function pump(): void {
    if (stop.signal.aborted) return
    for (const entry of waiting) place(entry)
    lookSoon()
  }

  function place(entry: PoolRun): void {
    const ownType = ownTypeOf(entry)
    const peers = peersOf(ownType)
    const starting = [...threads].filter((one) => one.ownType === ownType && one.state === 'starting').length
    const waitingAlone = [...waiting].filter((one) => one.alone && one.run.type === entry.run.type).length
    const wish = { alone: entry.alone, waitedMs: clock.monotonic() - entry.waitsSince }
    const { use, start } = placeRun(peers.map(viewOf), wish, { starting, limit: limitOf(ownType), waitingAlone })
    const thread = use === null ? undefined : peers[use]
    if (thread) post(entry, thread)
    if (start) startAnother(ownType)
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
    lookSoon()
  }

  /** Waits again: no thread has begun it, or none has any more. */
  function requeue(entry: PoolRun): void {
    entry.thread?.runs.delete(entry.id)
    if (entry.state === 'ended') return
    Object.assign(entry, { state: 'waiting', thread: null, claim: null, beganAt: null, countedMs: 0, disputedMs: 0 })
    if (entry.stopped !== null) finish(entry, { kind: 'handed_back' })
    else waiting.add(entry)
  }

  /** Begun anew without spending an attempt. What it has reported is not so any more. */
  function restart(entry: PoolRun, alone: boolean): void {
    entry.restarts += 1
    restarted += 1
    const way = afterRestart(entry.restarts)
    if (alone || way === 'alone') entry.alone = true
    if (way === 'lost') {
      finish(entry, { kind: 'worker_lost', reason: `its threads were lost ${entry.restarts} times` })
    } else {
      entry.report({ kind: 'restart' })
      requeue(entry)
    }
  }

  function finish(entry: PoolRun, outcome: RunOutcome): void {
    if (entry.state === 'ended') return
    const { thread } = entry
    waiting.delete(entry)
    entry.state = 'ended'
    thread?.runs.delete(entry.id)
    entry.settle(outcome)
    if (thread) tidy(thread)
    if (waiting.size > 0) pump()
  }

  function stopRun(entry: PoolRun, reason: unknown): void {
    entry.stopped = reason instanceof Error ? reason.message : String(reason)
    // What no thread has begun needs no stopping.
    if (entry.claim === null || withdraw(entry.claim)) finish(entry, { kind: 'handed_back' })
    else entry.thread?.live?.post({ kind: 'abort', run: entry.id, reason: entry.stopped }, [])
  }

  /** The grace is over: the run is settled, and its handler goes on for nobody. */
  function abandon(entry: PoolRun): void {
    const { thread } = entry
    if (entry.state === 'ended' || thread === null) return
    thread.leftOvers.set(entry.id, entry)
    finish(entry, { kind: 'handed_back' })
    tellLeftOver(thread, entry)
    if (thread.silentMs >= SILENT_MS) judge(thread)
  }

  function tellLeftOver(thread: PoolThread, { run }: PoolRun): void {
    const { jobId: job, type, attempt } = run
    log.warn({ thread: thread.name, job, type, attempt, left_overs: thread.leftOvers.size }, 'a handler goes on after its run was settled')
    if (thread.leftOvers.size > MOST_LEFT_OVERS) leave(thread)
  }

  // ------------------------------------------------------------ what threads say

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
          finish(entry, message.outcome)
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

  function dropLeftOver(thread: PoolThread, run: number): void {
    if (thread.leftOvers.delete(run)) tidy(thread)
  }

  /** No run is known to have thrown it: those of the thread may end in it, and the next ones get another. */
  function takeStray(thread: PoolThread, { file, error }: FromThread & { kind: 'stray' }): void {
    if (thread.state !== 'open') return
    log.error(
      { thread: thread.name, file: file ?? undefined, ...error },
      'a handlers thread is replaced: something threw in the background',
    )
    replaced += 1
    const module = types.find(({ source }) => source === file)
    if (module && !apart.has(module.type)) {
      apart.add(module.type)
      log.warn({ type: module.type, file }, 'a module fails in the background: its jobs run in threads of their own from now on')
    } else countLoss(thread.ownType, error.message)
    leave(thread)
  }

  // ------------------------------------------------------------ looks

  function lookSoon(): void {
    if (cancelLook !== null || stop.signal.aborted) return
    if (waiting.size === 0 && ![...threads].some((one) => one.runs.size + one.leftOvers.size > 0)) return
    lookedAt = clock.monotonic()
    cancelLook = clock.deadline(LOOK_EVERY, look)
  }

  function look(): void {
    cancelLook = null
    const elapsed = Math.min(clock.monotonic() - lookedAt, LONGEST_LOOK)
    for (const thread of [...threads])
      if (thread.live !== null && thread.runs.size + thread.leftOvers.size > 0) lookAtThread(thread, elapsed)
    pump()
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
      watchSilence(thread, before < SILENT_MS, before < SILENT_MS ? silentMs : elapsedMs)
      judge(thread)
    } else if (before >= SILENT_MS) log.info({ thread: thread.name, seconds: before / 1000 }, 'a handlers thread answers again')
    for (const entry of [...thread.runs.values()]) if (entry.countedMs >= entry.run.timeoutMs && entry.stopped === null) entry.expire()
  }

  function watchSilence(thread: PoolThread, isNew: boolean, ms: number): void {
    const holder = thread.runs.get(thread.life.holder()) ?? thread.leftOvers.get(thread.life.holder())
    const type = holder?.run.type
    blockedMs.set(type ?? 'unknown', (blockedMs.get(type ?? 'unknown') ?? 0) + ms)
    if (type !== undefined && thread.silentMs >= HEAVY_MS) heavy.add(type)
    if (isNew) {
      const held = [...thread.runs.values()]
      for (const entry of held) if (entry.claim !== null && withdraw(entry.claim)) requeue(entry)
      const types = held.filter(({ state }) => state === 'begun').map(({ run }) => run.type)
      log.warn({ thread: thread.name, type, job: holder?.run.jobId, types }, 'a handler holds its thread: nothing else goes on in it')
    }
    void askMemory(thread)
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

  types = await startThread(null, options.files)
  for (const { type, isolated } of types) if (isolated) apart.add(type)
  if (apart.size > 0) {
    // The first thread has loaded them, too.
    for (const thread of threads) leave(thread)
    if (filesOf(null).length > 0) startAnother(null)
  }

  return {
    types,
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
        inner.addEventListener('abort', () => stopRun(entry, inner.reason), { once: true })
        waiting.add(entry)
        place(entry)
        lookSoon()
        return promise
      }).finally(() => abandon(entry))
    },
    pool: () => ({ threads: [...threads].map(describeThread), waiting: waiting.size, replaced, restarted, blockedMs }),
    health() {
      const loss = losses.get(null)
      const ok = !loss?.cannotStart || peersOf(null).length > 0
      return { ok, reason: ok ? null : `no thread for handlers can be started: ${loss.reason}`, details: { threads: threads.size } }
    },
    async close() {
      stop.abort()
      cancelLook?.()
      for (const thread of threads) thread.cancelIdle()
      await Promise.all([...threads].map((thread) => thread.live?.gone))
      for (const entry of [...waiting, ...[...threads].flatMap((thread) => [...thread.runs.values()])])
        finish(entry, { kind: 'handed_back' })
    },
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
