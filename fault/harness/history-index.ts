/** A history sorted by what it is about: what the check and the tally look things up in. Pure. */
import { type Entry, type EntryOf, entriesOf, type Hit, isAccepted, isTerminal, type Poll } from './history.ts'

export interface JobHistory {
  jobId: string
  /** Null when nobody was ever told of this job. */
  ack: EntryOf<'ack'> | null
  /** When the first submit of its request left; infinite when nobody was told of it. */
  requestedAt: number
  wantsCallback: boolean
  /** Attempts it needs when nothing is broken. */
  needs: number
  polls: Poll[]
  hits: Hit[]
  deliveries: EntryOf<'delivery'>[]
}

/** A frozen process has sent what it was about to send, and learned what became of it meanwhile, so long after its thaw, milliseconds. */
const AFTER_THAW_MS = 5_000
/** Between a receiver's answer and its commit, at most, milliseconds: with thirty processes for each core it was above a second. */
const UNRECORDED_MS = 5_000

/**
 * The end of a life of the service, or of one of its processes, by a kill or an orderly stop, and the start after it: until
 * `restartedAt` (infinite: never) nothing new can leave it. Of a process that was frozen: until it has come to itself.
 */
export interface LifeEnd {
  /** What a receiver accepted before is recorded: of the same life, and not long ago. */
  since: number
  at: number
  restartedAt: number
  /** Submits without an answer at that moment. */
  submits: number
  /** Jobs acknowledged whose end nobody had been told yet. */
  openJobs: number
  /** At most so many callbacks may have arrived without their commit: no more than the service sends at once. */
  callbacks: number
}

export interface HistoryIndex {
  boundMs: number
  /** When the faults stopped; infinite when they never did. */
  calmAt: number
  jobs: JobHistory[]
  kills: LifeEnd[]
  freezes: LifeEnd[]
  /** Kills and freezes: what was in flight then may be repeated, and an attempt be spent. */
  losses: LifeEnd[]
  /** Orderly stops, those that a kill ended included. */
  stops: LifeEnd[]
  /** The last start, and when it was ready. */
  lastStart: { at: number; readyAt: number }
  /** The job ids each request was told. */
  told: Map<string, Set<string>>
  requests: number
}

export function indexHistory(history: readonly Entry[]): HistoryIndex {
  const setup = entriesOf(history, 'setup')[0] ?? { slots: 0, boundMs: 0 }
  const requests = entriesOf(history, 'request')
  const asked = new Map<string, EntryOf<'request'>>()
  for (const request of requests) if (!asked.has(request.request)) asked.set(request.request, request)
  const told = new Map<string, Set<string>>()
  const jobs = new Map<string, JobHistory>()
  const file = (jobId: string): JobHistory => {
    let job = jobs.get(jobId)
    if (!job) {
      job = { jobId, ack: null, requestedAt: Number.POSITIVE_INFINITY, wantsCallback: false, needs: 1, polls: [], hits: [], deliveries: [] }
      jobs.set(jobId, job)
    }
    return job
  }

  for (const ack of entriesOf(history, 'ack')) {
    const job = file(ack.jobId)
    job.ack ??= ack
    const request = asked.get(ack.request)
    job.wantsCallback ||= request?.callback ?? false
    job.needs = request?.attempts ?? 1
    job.requestedAt = Math.min(job.requestedAt, request?.at ?? ack.at)
    told.set(ack.request, (told.get(ack.request) ?? new Set()).add(ack.jobId))
  }
  for (const poll of entriesOf(history, 'poll')) file(poll.jobId).polls.push(poll)
  for (const hit of entriesOf(history, 'hit')) file(hit.jobId).hits.push(hit)
  for (const delivery of entriesOf(history, 'delivery')) file(delivery.jobId).deliveries.push(delivery)

  const all = [...jobs.values()]
  const kills = endsOf('kill', history, all, setup.slots)
  const freezes = endsOf('freeze', history, all, setup.slots)
  return {
    boundMs: setup.boundMs,
    calmAt: entriesOf(history, 'calm')[0]?.at ?? Number.POSITIVE_INFINITY,
    jobs: all,
    kills,
    freezes,
    losses: [...kills, ...freezes],
    stops: endsOf('stop', history, all, setup.slots),
    lastStart: { at: entriesOf(history, 'start').at(-1)?.at ?? 0, readyAt: entriesOf(history, 'ready').at(-1)?.at ?? 0 },
    told,
    requests: asked.size,
  }
}

function endsOf(kind: 'kill' | 'stop' | 'freeze', history: readonly Entry[], jobs: readonly JobHistory[], slots: number): LifeEnd[] {
  const starts = entriesOf(history, 'start')
  const sent = entriesOf(history, 'request').map((request) => request.at)
  const answered = [...entriesOf(history, 'ack'), ...entriesOf(history, 'refused')].map((answer) => answer.at)
  const accepted = entriesOf(history, 'hit').filter(isAccepted)
  const before = (times: readonly number[], at: number) => times.filter((time) => time < at).length
  return entriesOf(history, kind).map((end) => {
    const { at } = end
    const ownStarts = starts.filter((start) => start.process === end.process).map((start) => start.at)
    const startedAt = ownStarts.filter((start) => start < at).at(-1) ?? 0
    const nextStart = ownStarts.find((start) => start > at) ?? Number.POSITIVE_INFINITY
    const restartedAt = end.kind === 'freeze' ? at + end.ms + AFTER_THAW_MS : nextStart
    const since = Math.max(startedAt, at - UNRECORDED_MS)
    return {
      since,
      at,
      restartedAt,
      submits: before(sent, at) - before(answered, at),
      openJobs: jobs.filter((job) => job.ack && job.ack.at < at && !endKnown(job, at)).length,
      callbacks: Math.min(slots, accepted.filter((hit) => hit.at > since && hit.at < restartedAt).length),
    }
  })
}

function endKnown(job: JobHistory, at: number): boolean {
  const seen = job.wantsCallback ? job.hits.filter(isAccepted) : job.polls.filter((poll) => isTerminal(poll.status))
  return seen.some((entry) => entry.at < at)
}
