/** A row of `attempts` and the domain's attempt. */

import type { Attempt } from '../../domain/attempt.ts'
import type { SentHeaders } from '../../domain/callback-headers.ts'
import type { AttemptRow } from '../tables/deliveries.ts'
import { assertNumbers, CorruptRow, isText, isTexts, isWhole, jsonObject, plainBytes, textMap } from './column.ts'

/** The database gives `seq`. */
export function attemptRow(attempt: Attempt): Omit<AttemptRow, 'seq'> {
  return {
    delivery_id: attempt.deliveryId,
    n: attempt.n,
    at: attempt.at,
    ms: attempt.ms,
    status: attempt.status,
    error: attempt.error,
    error_cause: attempt.errorCause,
    sent: attempt.sent === null ? null : JSON.stringify(attempt.sent),
    response_headers: JSON.stringify(attempt.responseHeaders),
    response_body: attempt.responseBody,
  }
}

/** What an attempt's row does not hold any more is empty, and its error says so. */
export function readAttempt(row: AttemptRow): Attempt {
  try {
    return parseAttempt(row)
  } catch {
    const { delivery_id, n } = row
    const at = isWhole(row.at) ? row.at : 0
    return {
      deliveryId: delivery_id,
      n,
      at,
      ms: 0,
      status: null,
      error: 'unreadable',
      errorCause: null,
      sent: null,
      responseHeaders: {},
      responseBody: new Uint8Array(),
    }
  }
}

function parseAttempt(row: AttemptRow): Attempt {
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
  const { signature, version, custom, traceparent } = jsonObject(text, deliveryId, 'sent')
  if (!isText(signature) || !isText(version) || !isTexts(custom)) throw new CorruptRow(deliveryId, 'sent')
  return { signature, version, custom, ...(isText(traceparent) ? { traceparent } : {}) }
}
