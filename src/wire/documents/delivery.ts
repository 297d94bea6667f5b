/** Deliveries and their attempts, as their owner reads them. */

import type { Attempt } from '../../domain/attempt.ts'
import { shownHeaders } from '../../domain/callback-headers.ts'
import { type Delivery, shownStatus } from '../../domain/delivery.ts'
import { timestamp } from './timestamp.ts'

/** Bytes of the sent body that are shown: as much as is kept of the body of an answer. */
const SHOWN_BODY = 64 * 1024

/** The delivery document. */
export function deliveryDocument(delivery: Delivery) {
  return {
    id: delivery.id,
    event: { id: delivery.eventId, type: delivery.eventType },
    job_id: delivery.jobId,
    endpoint_id: delivery.endpointId,
    url: delivery.url,
    status: shownStatus(delivery),
    reason: delivery.status === 'dead' || delivery.status === 'canceled' ? delivery.reason : null,
    attempts: delivery.attempts,
    next_attempt_at: timestamp(delivery.status === 'pending' ? delivery.dueAt : null),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    created_at: timestamp(delivery.createdAt),
  }
}

/**
 * The delivery document with what was sent and every attempt.
 *
 * @param body the bytes that every attempt sends; null: they are no longer kept
 * @param attempts oldest first
 */
export function deliveryWithLogDocument(delivery: Delivery, body: Uint8Array | null, attempts: readonly Attempt[]) {
  const attempt_log = attempts.map((attempt) => attemptDocument(delivery.eventId, attempt))
  return { ...deliveryDocument(delivery), request_body: beginningOf(body), attempt_log }
}

/** Up to the last whole character. */
function beginningOf(body: Uint8Array | null): string {
  return new TextDecoder().decode(body?.subarray(0, SHOWN_BODY), { stream: true })
}

/** One attempt. The receiver's bytes are text here; what is not UTF-8 in them becomes U+FFFD. */
function attemptDocument(eventId: string, attempt: Attempt) {
  return {
    n: attempt.n,
    at: timestamp(attempt.at),
    ms: attempt.ms,
    status: attempt.status,
    error: attempt.error,
    error_cause: attempt.errorCause,
    request_headers: attempt.sent === null ? null : shownHeaders(eventId, attempt.at, attempt.sent),
    response_headers: attempt.responseHeaders,
    response_body: new TextDecoder().decode(attempt.responseBody),
  }
}
