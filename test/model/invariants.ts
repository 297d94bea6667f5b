/** What must hold after every step, by the invariants of docs/guarantees.md. `before` and `after` are what was stored then and is now. */
import { isAlert } from '../../src/domain/event.ts'
import type { DeliveryRow, JobRow, Snapshot } from './database.ts'
import { checkEnd } from './expected-end.ts'
import type { Hit } from './history.ts'
import { isOpenDelivery, isOpenJob, knownJob, specOf } from './known-jobs.ts'
import { SCHEDULE } from './limits.ts'
import type { Simulation } from './simulation.ts'
import { violated } from './violation.ts'

/** A running handler that must stop first has so long (docs/contract.md#jobs), milliseconds. */
const CANCEL_MS = 5_000

export function checkInvariants(simulation: Simulation, after: Snapshot): void {
  const { before, history } = simulation
  for (const row of after.jobs.values()) knownJob(history, row.id, specOf(row))
  checkAcknowledged(simulation, after)
  checkKeys(simulation, after)
  const deliveriesOf = groupBy(after.deliveries.values(), (row) => row.job_id)
  // Alerts tell of a job's deliveries besides its end.
  const eventsOf = groupBy(
    [...after.events.values()].filter(({ type }) => !isAlert(type)),
    (row) => row.job_id,
  )
  const hitsOf = groupBy(history.hits, (hit) => hit.eventId)

  for (const row of before.jobs.values()) checkJobStep(simulation, row, after)
  for (const row of after.jobs.values()) {
    const deliveries = deliveriesOf.get(row.id) ?? []
    const job = knownJob(history, row.id, specOf(row))
    if (row.attempt > row.max_attempts) violated('I7', `${row.id} has begun ${row.attempt} of ${row.max_attempts} attempts`)
    checkAnnounced(
      row,
      (eventsOf.get(row.id) ?? []).map(({ type }) => type),
      deliveries,
    )
    checkRetention(row, deliveries)
    checkCancel(simulation, row)
    if (!isOpenJob(row) && isOpenJob(before.jobs.get(row.id) ?? { status: 'pending' })) {
      checkEnd(
        row,
        job,
        history.runs.filter((run) => run.jobId === row.id),
      )
    }
  }
  for (const row of before.deliveries.values()) checkDeliveryStep(simulation, row, after)
  for (const row of after.deliveries.values()) checkDelivery(row, hitsOf.get(row.event_id) ?? [])
}

function checkAcknowledged({ history }: Simulation, after: Snapshot): void {
  for (const { id, acknowledged } of history.jobs.values()) {
    if (acknowledged && !after.jobs.has(id) && !after.tombstones.has(id)) violated('I1', `${id} was acknowledged and is gone`)
  }
}

function checkKeys({ history }: Simulation, after: Snapshot): void {
  for (const { tenant_id, key, job_id } of after.keys) {
    const acknowledged = history.keys.get(`${tenant_id} ${key}`)
    if (acknowledged !== undefined && acknowledged !== job_id) violated('I8', `${key} made ${acknowledged} and means ${job_id}`)
  }
}

function checkJobStep({ history, clock }: Simulation, was: JobRow, after: Snapshot): void {
  const is = after.jobs.get(was.id)
  if (!is) {
    if (!after.tombstones.has(was.id)) {
      if (history.jobs.get(was.id)?.acknowledged) violated('I1', `${was.id} is gone without a tombstone`)
      violated('purge', `${was.id} is gone without a tombstone`)
    }
    // An end that waited for the disk while the clock jumped may be past its retention when it is stored.
    if (was.settled_at === null && !clock.jumped()) violated('purge', `${was.id} was purged while it was ${was.status}`)
    return
  }
  if (is.version < was.version) violated('I7', `${was.id} went back from version ${was.version} to ${is.version}`)
  if (is.version === was.version && (is.status !== was.status || is.attempt !== was.attempt || is.lease !== was.lease)) {
    violated('I7', `${was.id} changed without a new version`)
  }
  if (!isOpenJob(was) && is.version !== was.version) violated('I7', `${was.id} was ${was.status} and became ${is.status}`)
}

function checkAnnounced(row: JobRow, events: string[], deliveries: DeliveryRow[]): void {
  if (isOpenJob(row)) {
    if (events.length + deliveries.length > 0) violated('I5', `${row.id} is ${row.status} and announced as ${events.join()}`)
    return
  }
  const type = `job.${row.status}`
  if (events.length !== 1 || events[0] !== type) violated('I3', `${row.id} is ${row.status} with the events ${events.join() || 'none'}`)
  const wanted = row.callback_events !== null && JSON.parse(row.callback_events).includes(type) ? 1 : 0
  if (deliveries.length !== wanted)
    violated('I3', `${row.id} is ${row.status} and has ${deliveries.length} deliveries instead of ${wanted}`)
}

/** Retention runs exactly while nothing of the job is open. */
function checkRetention(row: JobRow, deliveries: DeliveryRow[]): void {
  const isSettled = !isOpenJob(row) && !deliveries.some(isOpenDelivery)
  if (isSettled !== (row.settled_at !== null))
    violated('retention', `${row.id} is ${isSettled ? '' : 'not '}settled, settled_at is ${row.settled_at}`)
}

function checkCancel({ history, clock, smoothSince, disk }: Simulation, row: JobRow): void {
  for (const { answer, at } of history.jobs.get(row.id)?.cancelAnswers ?? []) {
    if (row.status === 'canceled') continue
    if (answer === 'canceled') violated('cancel', `${row.id} was called canceled and is ${row.status}`)
    if (!isOpenJob(row)) violated('cancel', `${row.id} was to be canceled and is ${row.status}`)
    const smooth = disk.mode === 'through' && at >= smoothSince
    if (smooth && clock.monotonic() >= at + CANCEL_MS) violated('cancel', `${row.id} is ${row.status} ${CANCEL_MS} ms after its cancel`)
  }
}

function checkDeliveryStep({ history }: Simulation, was: DeliveryRow, after: Snapshot): void {
  const is = after.deliveries.get(was.id)
  if (!is) {
    if (after.jobs.has(was.job_id)) violated('I3', `${was.id} is gone and its job is not`)
    return
  }
  if (is.version < was.version) violated('I7', `${was.id} went back from version ${was.version} to ${is.version}`)
  if (is.attempts < was.attempts) violated('I7', `${was.id} went back from attempt ${was.attempts} to ${is.attempts}`)
  if (isOpenDelivery(was) || is.version === was.version) return
  const asked = history.reopened.has(was.id) || (was.status === 'dead' && history.discarded.has(was.id))
  if (was.status === 'canceled' || !asked) violated('I7', `${was.id} was ${was.status} and became ${is.status}`)
}

function checkDelivery(row: DeliveryRow, hits: Hit[]): void {
  if (row.logged !== row.attempts || row.newest_logged !== row.attempts) {
    violated('I7', `${row.id} has made ${row.attempts} attempts and logged ${row.logged}, the newest ${row.newest_logged}`)
  }
  const got = (answer: Hit['answer']) => hits.some((hit) => hit.answer === answer)
  const explained = isExplained(row, got)
  if (!explained) violated('I3', `${row.id} is ${row.status} (${row.reason}) after ${hits.map((hit) => hit.answer).join() || 'no request'}`)
}

function isExplained(row: DeliveryRow, got: (answer: Hit['answer']) => boolean): boolean {
  switch (row.status) {
    case 'delivered':
      return got('ok')
    case 'dead':
      if (row.reason === 'gone') return got('gone')
      if (row.reason === 'forbidden') return got('forbidden')
      if ((row.reason === 'destination_down') !== (row.tries === 0)) return false
      return row.tries > SCHEDULE.length || (row.finished_at ?? 0) >= row.give_up_at
    case 'canceled':
      return row.reason === 'discarded'
    default:
      return true
  }
}

function groupBy<T>(rows: Iterable<T>, keyOf: (row: T) => string): Map<string, T[]> {
  return Map.groupBy(rows, keyOf)
}
