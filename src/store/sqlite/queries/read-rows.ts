/** Rows as the domain's records, whatever they hold: none of these throws. */
import type { Attempt, Delivery } from '../../../domain/delivery.ts'
import type { Endpoint } from '../../../domain/endpoint.ts'
import type { Job } from '../../../domain/job.ts'
import type { JobView } from '../../../domain/job-view.ts'
import { isWhole } from '../../rows/column.ts'
import { type AttemptRow, type DeliveryRow, parseAttempt, parseDelivery } from '../../rows/delivery-row.ts'
import type { Encryptor } from '../../rows/encryption.ts'
import { type JobRow, type JobViewRows, parseInline, parseJob, parseProgress } from '../../rows/job-row.ts'
import { damageOf, salvageDelivery, salvageEndpoint, salvageJob } from '../../rows/salvage.ts'
import { type EndpointRow, parseEndpoint } from '../tables/endpoint-rows.ts'

/** The job, or what is left of it. */
export function readJob(row: JobRow, encryptor: Encryptor): Job {
  try {
    return parseJob(row, encryptor)
  } catch (error) {
    return salvageJob(row, encryptor, damageOf(error))
  }
}

export function readJobView(rows: JobViewRows, encryptor: Encryptor): JobView {
  const job = readJob(rows.job, encryptor)
  const beside = {
    progressRevision: rows.job.progress_revision,
    settledAt: isWhole(rows.job.settled_at) ? rows.job.settled_at : null,
    callbackDelivery: rows.callbackDelivery === null ? null : readDelivery(rows.callbackDelivery),
  }
  try {
    return { ...beside, job, progress: parseProgress(rows.job), inlineResult: parseInline(rows) }
  } catch (error) {
    return { ...beside, job: { ...job, damage: damageOf(error) }, progress: null, inlineResult: null }
  }
}

/** The delivery, or what is left of it. */
export function readDelivery(row: DeliveryRow): Delivery {
  try {
    return parseDelivery(row)
  } catch (error) {
    return salvageDelivery(row, damageOf(error))
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

/** The endpoint, or what is left of it. */
export function readEndpoint(row: EndpointRow, encryptor: Encryptor): Endpoint {
  try {
    return parseEndpoint(row, encryptor)
  } catch {
    return salvageEndpoint(row)
  }
}
