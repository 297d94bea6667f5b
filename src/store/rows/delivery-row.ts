/** Rows of `deliveries` and `attempts` as the domain's records. */
import type { SentHeaders } from '../../domain/callback-headers.ts'
import { type Attempt, CANCEL_REASONS, DEAD_REASONS, type Delivery } from '../../domain/delivery.ts'
import type { attempts, deliveries } from '../sqlite/tables/schema.ts'
import { assertNumbers, assertTexts, CorruptRow, isText, isTexts, jsonObject, plainBytes, present, textMap } from './column.ts'

export type DeliveryRow = typeof deliveries.$inferSelect
export type AttemptRow = typeof attempts.$inferSelect

const NUMBERS = ['created_at', 'attempts', 'tries', 'give_up_at', 'version'] as const
const NUMBERS_OR_NULL = ['due_at', 'finished_at', 'last_status'] as const
const TEXTS = ['tenant_id', 'event_id', 'event_type', 'url', 'destination'] as const

/** Throws `CorruptRow`, naming the delivery, when the row does not hold what its status promises. */
export function parseDelivery(row: DeliveryRow): Delivery {
  assertNumbers(row, NUMBERS, NUMBERS_OR_NULL)
  assertTexts(row, TEXTS)
  const core = {
    id: row.id,
    tenantId: row.tenant_id,
    eventId: row.event_id,
    eventType: row.event_type,
    jobId: row.job_id,
    jobType: row.job_type,
    endpointId: row.endpoint_id,
    url: row.url,
    destination: row.destination,
    createdAt: row.created_at,
    attempts: row.attempts,
    tries: row.tries,
    giveUpAt: row.give_up_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    version: row.version,
  }
  const finishedAt = () => present(row.finished_at, row.id, 'finished_at')
  switch (row.status) {
    case 'pending':
      return { ...core, status: row.status, dueAt: present(row.due_at, row.id, 'due_at'), lease: row.lease }
    case 'sending':
      return { ...core, status: row.status, dueAt: present(row.due_at, row.id, 'due_at'), lease: present(row.lease, row.id, 'lease') }
    case 'delivered':
      return { ...core, status: row.status, finishedAt: finishedAt() }
    case 'dead': {
      const reason = DEAD_REASONS.find((one) => one === row.reason)
      if (reason === undefined) throw new CorruptRow(row.id, 'reason')
      return { ...core, status: row.status, reason, finishedAt: finishedAt() }
    }
    case 'canceled': {
      const reason = CANCEL_REASONS.find((one) => one === row.reason)
      if (reason === undefined) throw new CorruptRow(row.id, 'reason')
      return { ...core, status: row.status, reason, finishedAt: finishedAt() }
    }
    default:
      throw new CorruptRow(row.id, 'status')
  }
}

export function parseAttempt(row: AttemptRow): Attempt {
  assertNumbers({ ...row, id: row.delivery_id }, ['at'], ['status'])
  if (!(row.response_body instanceof Uint8Array)) throw new CorruptRow(row.delivery_id, 'response_body')
  return {
    deliveryId: row.delivery_id,
    n: row.n,
    at: row.at,
    ms: row.ms,
    status: row.status,
    error: row.error,
    errorCause: row.error_cause,
    sent: row.sent === null ? null : parseSent(row.sent, row.delivery_id),
    responseHeaders: textMap(row.response_headers, row.delivery_id, 'response_headers'),
    responseBody: plainBytes(row.response_body),
  }
}

function parseSent(text: string, deliveryId: string): SentHeaders {
  const { signature, version, custom } = jsonObject(text, deliveryId, 'sent')
  if (!isText(signature) || !isText(version) || !isTexts(custom)) throw new CorruptRow(deliveryId, 'sent')
  return { signature, version, custom }
}
