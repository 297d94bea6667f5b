/**
 * What is left of a row that does not hold what it must. One such row must not cost a page, a lane or a cancel, so reading it
 * gives a record all the same: the columns that can be read, harmless values for the rest, and the name of the column as `damage`.
 */
import { CANCEL_REASONS, DEAD_REASONS, type Delivery } from '../../domain/delivery.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { type Job, unreadableFailure } from '../../domain/job.ts'
import type { EndpointRow } from '../sqlite/tables/endpoint-rows.ts'
import { CorruptRow, isWhole, textMap, texts } from './column.ts'
import type { DeliveryRow } from './delivery-row.ts'
import type { Encryptor } from './encryption.ts'
import { type JobRow, parseCallback, parseFailure, parseResult } from './job-row.ts'

/** Which column an error from reading a row is about. */
export function damageOf(error: unknown): string {
  // What is sealed by the encryptor, and does not open.
  return error instanceof CorruptRow ? error.column : 'a sealed value'
}

/**
 * A job in its stored status. Where that cannot be, such as `running` under no lease, it is `pending` and no claim finds it: it
 * waits to be canceled.
 */
export function salvageJob(row: JobRow, encryptor: Encryptor, damage: string): Job {
  const createdAt = whole(row.created_at, 0)
  const core = {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    type: String(row.type),
    priority: whole(row.priority, 0),
    tags: readable(() => texts(row.tags, row.id, 'tags'), []),
    metadata: readable(() => textMap(row.metadata, row.id, 'metadata'), {}),
    callback: readable(
      () => parseCallback(row, encryptor),
      row.callback_url === null ? null : { url: String(row.callback_url), events: [], headers: {} },
    ),
    traceparent: row.traceparent === null ? null : String(row.traceparent),
    createdAt,
    runAt: wholeOrNull(row.run_at),
    timeoutMs: whole(row.timeout_ms, 1),
    maxAttempts: whole(row.max_attempts, 1),
    rerunOf: row.rerun_of === null ? null : String(row.rerun_of),
    attempt: whole(row.attempt, 0),
    startedAt: wholeOrNull(row.started_at),
    waitingSince: wholeOrNull(row.waiting_since),
    cancelRequested: row.cancel_requested !== 0,
    version: whole(row.version, 0),
    damage,
  }
  const finishedAt = whole(row.finished_at, createdAt)
  const pending = { ...core, status: 'pending', dueAt: whole(row.due_at, createdAt), lease: null, error: null } as const
  switch (row.status) {
    case 'pending':
      return { ...pending, lease: row.lease }
    case 'running':
      if (row.lease === null) return pending
      return { ...core, status: row.status, lease: row.lease, attemptStartedAt: whole(row.attempt_started_at, core.startedAt ?? createdAt) }
    case 'completed':
      return { ...core, status: row.status, finishedAt, result: readable(() => parseResult(row), { kind: 'json', size: 0 }) }
    case 'failed':
      return { ...core, status: row.status, finishedAt, error: readable(() => parseFailure(row), unreadableFailure(damage)) }
    case 'canceled':
      return { ...core, status: row.status, finishedAt }
    default:
      return pending
  }
}

/** A delivery in its stored status; in one that cannot be it is dead, so that it can be discarded. */
export function salvageDelivery(row: DeliveryRow, damage: string): Delivery {
  const createdAt = whole(row.created_at, 0)
  const core = {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    eventId: String(row.event_id),
    eventType: String(row.event_type),
    jobId: row.job_id,
    jobType: row.job_type,
    endpointId: row.endpoint_id,
    url: String(row.url),
    destination: String(row.destination),
    createdAt,
    attempts: whole(row.attempts, 0),
    tries: whole(row.tries, 0),
    giveUpAt: whole(row.give_up_at, createdAt),
    lastStatus: wholeOrNull(row.last_status),
    lastError: 'unreadable',
    version: whole(row.version, 0),
    damage,
  }
  const finishedAt = whole(row.finished_at, createdAt)
  const dueAt = whole(row.due_at, createdAt)
  switch (row.status) {
    case 'pending':
      return { ...core, status: row.status, dueAt, lease: row.lease }
    case 'sending':
      return row.lease === null
        ? { ...core, status: 'pending', dueAt, lease: null }
        : { ...core, status: row.status, dueAt, lease: row.lease }
    case 'delivered':
      return { ...core, status: row.status, finishedAt }
    case 'canceled':
      return { ...core, status: row.status, reason: CANCEL_REASONS.find((one) => one === row.reason) ?? 'discarded', finishedAt }
    default:
      return { ...core, status: 'dead', reason: DEAD_REASONS.find((one) => one === row.reason) ?? 'exhausted', finishedAt }
  }
}

/** An endpoint that gets nothing until its owner sets it anew. */
export function salvageEndpoint(row: EndpointRow): Endpoint {
  return {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    url: String(row.url),
    events: [],
    description: row.description === null ? null : String(row.description),
    headers: {},
    failingSince: wholeOrNull(row.failing_since),
    createdAt: whole(row.created_at, 0),
    version: whole(row.version, 0),
    status: 'disabled',
    disabledReason: 'unreadable',
  }
}

function readable<T>(read: () => T, instead: T): T {
  try {
    return read()
  } catch {
    return instead
  }
}

function whole(value: unknown, instead: number): number {
  return isWhole(value) ? value : instead
}

function wholeOrNull(value: unknown): number | null {
  return isWhole(value) ? value : null
}
