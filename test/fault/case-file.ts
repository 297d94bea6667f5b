/** A history sorted by what it is about: what the judge and the tally look things up in. Pure. */
import { type Entry, type EntryOf, entriesOf, type Hit, isAccepted, isTerminal, type Poll } from './history.ts'

export interface JobFile {
  jobId: string
  /** Null when nobody was ever told of this job. */
  ack: EntryOf<'ack'> | null
  wantsCallback: boolean
  polls: Poll[]
  hits: Hit[]
  deliveries: EntryOf<'delivery'>[]
}

/** A kill and the start after it: until `restartedAt` (infinite: never) nothing new can leave the service. */
export interface Kill {
  at: number
  restartedAt: number
  /** Submits without an answer at that moment. */
  submits: number
  /** Jobs acknowledged whose end nobody had been told yet. */
  openJobs: number
  /** At most so many callbacks may have arrived without their commit: no more than the service sends at once. */
  callbacks: number
}

export interface CaseFile {
  boundMs: number
  /** When the faults stopped; infinite when they never did. */
  calmAt: number
  jobs: JobFile[]
  kills: Kill[]
  /** The job ids each request was told. */
  told: Map<string, Set<string>>
  requests: number
}

export function openCase(history: readonly Entry[]): CaseFile {
  const setup = entriesOf(history, 'setup')[0] ?? { slots: 0, boundMs: 0 }
  const requests = entriesOf(history, 'request')
  const wantsCallback = new Set(requests.filter((request) => request.callback).map((request) => request.request))
  const told = new Map<string, Set<string>>()
  const jobs = new Map<string, JobFile>()
  const file = (jobId: string): JobFile => {
    let job = jobs.get(jobId)
    if (!job) {
      job = { jobId, ack: null, wantsCallback: false, polls: [], hits: [], deliveries: [] }
      jobs.set(jobId, job)
    }
    return job
  }

  for (const ack of entriesOf(history, 'ack')) {
    const job = file(ack.jobId)
    job.ack ??= ack
    job.wantsCallback ||= wantsCallback.has(ack.request)
    told.set(ack.request, (told.get(ack.request) ?? new Set()).add(ack.jobId))
  }
  for (const poll of entriesOf(history, 'poll')) file(poll.jobId).polls.push(poll)
  for (const hit of entriesOf(history, 'hit')) file(hit.jobId).hits.push(hit)
  for (const delivery of entriesOf(history, 'delivery')) file(delivery.jobId).deliveries.push(delivery)

  const all = [...jobs.values()]
  return {
    boundMs: setup.boundMs,
    calmAt: entriesOf(history, 'calm')[0]?.at ?? Number.POSITIVE_INFINITY,
    jobs: all,
    kills: killsOf(history, all, setup.slots),
    told,
    requests: new Set(requests.map((request) => request.request)).size,
  }
}

function killsOf(history: readonly Entry[], jobs: readonly JobFile[], slots: number): Kill[] {
  const starts = entriesOf(history, 'start').map((start) => start.at)
  const sent = entriesOf(history, 'request').map((request) => request.at)
  const answered = [...entriesOf(history, 'ack'), ...entriesOf(history, 'refused')].map((answer) => answer.at)
  const accepted = entriesOf(history, 'hit').filter(isAccepted)
  const before = (times: readonly number[], at: number) => times.filter((time) => time < at).length
  return entriesOf(history, 'kill').map(({ at }) => {
    const startedAt = starts.filter((start) => start < at).at(-1) ?? 0
    const restartedAt = starts.find((start) => start > at) ?? Number.POSITIVE_INFINITY
    return {
      at,
      restartedAt,
      submits: before(sent, at) - before(answered, at),
      openJobs: jobs.filter((job) => job.ack && job.ack.at < at && !endKnown(job, at)).length,
      callbacks: Math.min(slots, accepted.filter((hit) => hit.at > startedAt && hit.at < restartedAt).length),
    }
  })
}

function endKnown(job: JobFile, at: number): boolean {
  const seen = job.wantsCallback ? job.hits.filter(isAccepted) : job.polls.filter((poll) => isTerminal(poll.status))
  return seen.some((entry) => entry.at < at)
}
