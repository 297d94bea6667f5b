import { type AttemptReport, type DestinationPolicy, newDestination } from '../../domain/destination.ts'
import type { OpenBreaker, RunOutcome } from '../../domain/job-outcome.ts'
import { type Admission, admit, upstreamDestination } from '../../domain/upstream.ts'
import type { Executor } from '../../ports/executor.ts'
import type { CommitContext } from '../commit/commit.ts'
import { createDestinations } from './destinations.ts'
import type { WorkerCount } from './worker-count.ts'

/** The breaker's first pause: a deploy takes seconds. */
const FIRST_PAUSE_MS = 1_000
/** Its longest: one request asks for many jobs. */
const LONGEST_PAUSE_MS = 10_000
/** A request still under way after this has been taken, for it outlasts every connect that fails; it says so again and again. */
const TAKEN_AFTER_MS = 15_000
/** Of the job slots, what one upstream may have where other types need some, too. */
const SHARE = 0.75
/** Of that, what it may have at the end of an outage. */
const SHARE_AFTER_OUTAGE = 0.25

/** Limits and breakers of the HTTP endpoints that do job types. */
export interface Upstreams {
  /** Reads what other runs and processes have made of them. A turn begins with it. */
  look(): Promise<void>
  /** What may begin now of a type's jobs; null for a type that a handler does. */
  admission(type: string): Admission | null
  /** The types done by the same upstream as this one, itself among them; none for one that a handler does. */
  sharing(type: string): readonly string[]
  /** `run` is called whenever an upstream may have room for more although no run has ended. At most one hearer. */
  whenRoom(run: () => void): void
  /** Runs one attempt; the upstream's limit and breaker know what came of it when this resolves. Rejects as `work` does. */
  watch(type: string, work: () => Promise<RunOutcome>): Promise<RunOutcome>
}

/** What the limits of upstreams depend on. Durations in milliseconds. */
export interface UpstreamsOptions {
  context: CommitContext
  executor: Executor
  /** The processes that share a limit. */
  workerCount: WorkerCount
  settings: { job: { concurrency: number; upstreamPatienceMs: number } }
}

interface Upstream {
  id: string
  types: string[]
  inFlight: number
  probing: number
}

/** The upstreams of all job types of the executor. */
export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { context, executor, workerCount } = options
  const { clock, log } = context
  const { concurrency, upstreamPatienceMs: patienceMs } = options.settings.job
  const byType = new Map<string, Upstream>()
  for (const { type, upstream: origin } of executor.types.values()) {
    if (origin === null) continue
    const id = upstreamDestination(origin)
    const upstream = [...byType.values()].find((one) => one.id === id) ?? { id, types: [], inFlight: 0, probing: 0 }
    upstream.types.push(type)
    byType.set(type, upstream)
  }
  const all = [...new Set(byType.values())]
  const isAlone = all[0]?.types.length === executor.types.size
  const ceiling = isAlone ? concurrency : Math.max(1, Math.floor(concurrency * SHARE))
  const policy: DestinationPolicy = {
    ceiling,
    firstLimit: ceiling,
    breaker: true,
    firstPauseMs: FIRST_PAUSE_MS,
    longestPauseMs: LONGEST_PAUSE_MS,
    openLimit: Math.max(1, Math.floor(ceiling * SHARE_AFTER_OUTAGE)),
    // Work takes as long as it takes.
    quickMs: Number.POSITIVE_INFINITY,
  }
  const destinations = createDestinations(context, policy)
  let roomMade = () => {}
  const states = new Map(all.map(({ id }) => [id, newDestination(id, policy)]))

  async function read(id: string) {
    const state = await destinations.get(id)
    states.set(id, state)
    return state
  }

  async function report(id: string, kind: AttemptReport['kind'], startedAt: number): Promise<void> {
    try {
      await destinations.report(id, { kind, startedAt, now: clock.now() })
      await read(id)
    } catch (error) {
      // Advice for the next runs: it must not cost the record of this one.
      log.warn({ upstream: id }, 'a run could not be reported to its upstream', error)
    }
  }

  function repeatedly(ms: number, run: () => void): () => void {
    let cancel = () => {}
    const again = () => {
      cancel = clock.after(ms, () => {
        again()
        run()
      })
    }
    again()
    return () => cancel()
  }

  function breakerOf(id: string): OpenBreaker | null {
    const { openUntil = null, openSince = null } = states.get(id) ?? {}
    return openUntil === null ? null : { openSince: openSince ?? clock.now(), probeAt: openUntil }
  }

  return {
    async look() {
      await Promise.all(all.map(({ id }) => read(id)))
    },
    admission(type) {
      const upstream = byType.get(type)
      const state = upstream && states.get(upstream.id)
      return state ? admit(state, { ...upstream, workers: workerCount.current(), patienceMs }, clock.now()) : null
    },
    whenRoom(run) {
      roomMade = run
    },
    sharing: (type) => byType.get(type)?.types ?? [],
    async watch(type, work) {
      const upstream = byType.get(type)
      if (upstream === undefined) return work()
      const { id } = upstream
      const startedAt = clock.now()
      const isProbe = breakerOf(id) !== null
      upstream.inFlight += 1
      upstream.probing += isProbe ? 1 : 0
      const probeEnded = once(() => {
        upstream.probing -= isProbe ? 1 : 0
      })
      const cancel = repeatedly(
        TAKEN_AFTER_MS,
        () =>
          void report(id, 'ok', startedAt)
            .then(probeEnded)
            .then(() => roomMade()),
      )
      try {
        const outcome = await work()
        cancel()
        const kind = healthOf(outcome)
        const reported = kind && report(id, kind, startedAt)
        // The next run must not begin before this one is taken into account.
        if (isProbe || kind !== 'ok') await reported
        return outcome.kind === 'unanswered' ? { ...outcome, breaker: breakerOf(id) } : outcome
      } finally {
        cancel()
        probeEnded()
        upstream.inFlight -= 1
      }
    },
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}

/** What a run says of its upstream; null: nothing, as one that was stopped. */
function healthOf(outcome: RunOutcome): AttemptReport['kind'] | null {
  switch (outcome.kind) {
    case 'completed':
      return 'ok'
    case 'unanswered':
      return 'failed'
    case 'failed':
      return outcome.health ?? null
    default:
      return null
  }
}
