/**
 * Checks a history by the invariants of docs/guarantees.md, from the history alone. Pure: the check has not seen the
 * service, so it can be tested with histories made by hand and run again over a log that was kept.
 */

import { type Entry, entriesOf, type Hit, isAccepted, isTerminal, type Poll } from './history.ts'
import { type HistoryIndex, indexHistory, type JobHistory } from './history-index.ts'
import { checkMetrics } from './metrics-check.ts'

export interface Finding {
  invariant: keyof typeof INVARIANTS
  jobId: string | null
  says: string
}

export const INVARIANTS = {
  I1: 'every 202 is found later',
  I2: 'nothing stays open longer than the bound after the faults stop',
  I3: 'a finished job with a callback was heard of or is in the dead-letter queue',
  I4: 'one webhook-id and one body per event; repeats only of what a kill caught in flight',
  I5: 'no callback for a state that was not committed',
  I6: 'every callback verifies',
  I7: 'attempts are contiguous and final states final',
  I8: 'one idempotency key, one job',
  I10: 'the service counts what the history shows',
} as const

/** Every breach found; none = the history holds. */
export function checkInvariants(history: readonly Entry[]): Finding[] {
  const index = indexHistory(history)
  return [
    ...index.jobs.flatMap((job) => [
      ...found(job, index),
      ...settled(job, index),
      ...heardOf(job, index),
      ...oneEvent(job, index),
      ...committed(job),
      ...verified(job),
      ...contiguous(job),
      ...noneSpentInVain(job, index),
      ...final(job, index),
    ]),
    ...repeatsWithinFlight(index),
    ...oneJobPerKey(index),
    ...truthful(history, index),
  ]
}

/** Whether an acknowledged job was gone at the last look, or was never looked for once the faults had stopped. */
export function isLost(job: JobHistory, index: HistoryIndex): boolean {
  return job.ack !== null && job.polls.findLast((poll) => poll.from > index.calmAt)?.httpStatus !== 200
}

/** Repeated accepted hits of one event: [the one before, the repeat]. */
export function repeats(job: JobHistory): [Hit, Hit][] {
  const pairs: [Hit, Hit][] = []
  const last = new Map<string, Hit>()
  for (const hit of job.hits.filter(isAccepted)) {
    const before = last.get(hit.webhookId)
    if (before) pairs.push([before, hit])
    last.set(hit.webhookId, hit)
  }
  return pairs
}

function found(job: JobHistory, index: HistoryIndex): Finding[] {
  if (job.ack === null) return []
  const { at } = job.ack
  const miss = job.polls.find((poll) => poll.from > at && (poll.httpStatus === 404 || poll.httpStatus === 410))
  if (miss) return [breach('I1', job, `a GET after its 202 answered ${miss.httpStatus}`)]
  return isLost(job, index) ? [breach('I1', job, 'no GET found it after the faults had stopped')] : []
}

function settled(job: JobHistory, index: HistoryIndex): Finding[] {
  if (job.ack === null || isLost(job, index)) return []
  const end = job.polls.find((poll) => poll.from > index.calmAt && isSettled(poll))
  if (end && end.at <= index.calmAt + index.boundMs) return []
  const last = job.polls.at(-1)
  return [breach('I2', job, `still ${last?.status}, callback ${last?.callback}, ${index.boundMs} ms after the faults stopped`)]
}

function isSettled(poll: Poll): boolean {
  return isTerminal(poll.status) && poll.callback !== 'pending'
}

function heardOf(job: JobHistory, index: HistoryIndex): Finding[] {
  const last = job.polls.findLast((poll) => poll.from > index.calmAt && poll.httpStatus === 200)
  if (!job.wantsCallback || !last || !isSettled(last)) return []
  const accepted = job.hits.some(isAccepted)
  const dead = job.deliveries.some((delivery) => delivery.status === 'dead')
  if (last.callback === 'delivered' && !accepted) return [breach('I3', job, 'called delivered, but no receiver ever accepted it')]
  return accepted || dead ? [] : [breach('I3', job, `is ${last.status}, and its callback neither arrived nor is a dead letter`)]
}

function oneEvent(job: JobHistory, index: HistoryIndex): Finding[] {
  const differing = (name: 'webhookId' | 'bodyHash' | 'status') => new Set(job.hits.map((hit) => hit[name])).size > 1
  const findings: Finding[] = []
  if (differing('webhookId')) findings.push(breach('I4', job, 'was announced under several webhook-ids'))
  if (differing('bodyHash')) findings.push(breach('I4', job, 'was announced with differing bodies'))
  for (const [before, repeat] of repeats(job)) {
    const caught = index.losses.some((loss) => loss.at < repeat.at && before.at > loss.since && before.at < loss.restartedAt)
    if (!caught) findings.push(breach('I4', job, 'an accepted callback was sent again although no kill can have caught it'))
  }
  return findings
}

/** All repeats together are at most what kills and freezes can have caught in flight. */
function repeatsWithinFlight(index: HistoryIndex): Finding[] {
  const count = index.jobs.reduce((sum, job) => sum + repeats(job).length, 0)
  const inFlight = index.losses.reduce((sum, loss) => sum + loss.callbacks, 0)
  if (count <= inFlight) return []
  return [{ invariant: 'I4', jobId: null, says: `${count} repeats, but only ${inFlight} callbacks were in flight at the kills` }]
}

function committed(job: JobHistory): Finding[] {
  const hit = job.hits[0]
  if (!hit) return []
  if (job.ack === null) return [breach('I5', job, 'was announced, but no submit was ever answered with this job')]
  const later = job.polls.find((poll) => poll.from > hit.at && poll.httpStatus === 200 && poll.status !== hit.status)
  return later ? [breach('I5', job, `announced as ${hit.status}, read as ${later.status} afterwards`)] : []
}

function verified(job: JobHistory): Finding[] {
  return job.hits.some((hit) => !hit.verified) ? [breach('I6', job, 'a callback did not verify with the reference library')] : []
}

function contiguous(job: JobHistory): Finding[] {
  const findings: Finding[] = []
  for (const { attempts, webhookId } of job.deliveries) {
    if (attempts.some((n, index) => n !== index + 1)) findings.push(breach('I7', job, `attempts of its delivery: ${attempts.join(' ')}`))
    const hits = job.hits.filter((hit) => hit.webhookId === webhookId).length
    if (attempts.length > hits) findings.push(breach('I7', job, `${attempts.length} attempts logged, ${hits} arrived`))
  }
  const answered = job.polls.filter((poll) => poll.httpStatus === 200)
  for (const poll of answered) {
    // An answer must be at least as new as every answer that was there when it was asked for.
    const before = Math.max(0, ...answered.filter((each) => each.at < poll.from).map((each) => each.attempt))
    if (poll.attempt < before) findings.push(breach('I7', job, `its attempt went from ${before} back to ${poll.attempt}`))
    if (poll.attempt > poll.maxAttempts) findings.push(breach('I7', job, `attempt ${poll.attempt} of ${poll.maxAttempts}`))
  }
  return findings
}

/** Only what failed by itself, and what a kill or a freeze may have caught, costs an attempt; an orderly stop does not. */
function noneSpentInVain(job: JobHistory, index: HistoryIndex): Finding[] {
  const spent = Math.max(0, ...job.polls.map((poll) => poll.attempt))
  const end = Math.min(...job.hits.map((hit) => hit.at), ...job.polls.filter((poll) => isTerminal(poll.status)).map((poll) => poll.at))
  const due = job.needs + index.losses.filter((loss) => loss.at > job.requestedAt && loss.at < end).length
  return spent > due ? [breach('I7', job, `spent ${spent} attempts where ${due} do`)] : []
}

function final(job: JobHistory, index: HistoryIndex): Finding[] {
  const ended = job.polls.find((poll) => isTerminal(poll.status))
  const changed = ended && job.polls.find((poll) => poll.from > ended.at && poll.httpStatus === 200 && poll.status !== ended.status)
  const findings = changed ? [breach('I7', job, `was ${ended.status}, then ${changed.status}`)] : []
  const delivered = job.polls.find((poll) => poll.callback === 'delivered')
  // What a frozen process was about to send comes when it thaws.
  const wasFrozen = (hit: Hit) => index.freezes.some((freeze) => freeze.at < hit.at && hit.at < freeze.restartedAt)
  const extra = delivered && job.hits.some((hit) => hit.at > delivered.at && !wasFrozen(hit))
  return extra ? [...findings, breach('I7', job, 'its callback was sent again after it had been read as delivered')] : findings
}

function oneJobPerKey(index: HistoryIndex): Finding[] {
  return [...index.told]
    .filter(([, jobs]) => jobs.size > 1)
    .map(([request, jobs]) => ({ invariant: 'I8', jobId: null, says: `request ${request} became ${[...jobs].join(' and ')}` }))
}

function truthful(history: readonly Entry[], index: HistoryIndex): Finding[] {
  return entriesOf(history, 'metrics')
    .flatMap((metrics) => checkMetrics(metrics, index))
    .map((says) => ({ invariant: 'I10', jobId: null, says }))
}

function breach(invariant: Finding['invariant'], job: JobHistory, says: string): Finding {
  return { invariant, jobId: job.jobId, says }
}
