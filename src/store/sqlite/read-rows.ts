/** Rows as the domain's records, whatever they hold: none of these throws. */
import type { Attempt, Delivery } from '../../domain/delivery.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { Job } from '../../domain/job.ts'
import type { JobView } from '../../domain/job-document.ts'
import type { Vault } from '../vault.ts'
import { isWhole } from './column.ts'
import { type AttemptRow, type DeliveryRow, parseAttempt, parseDelivery } from './delivery-row.ts'
import { type EndpointRow, parseEndpoint } from './endpoint-rows.ts'
import { type JobRow, type JobViewRows, parseInline, parseJob, parseProgress } from './job-row.ts'
import { damageOf, salvageDelivery, salvageEndpoint, salvageJob } from './salvage.ts'

/** The job, or what is left of it. */
export function readJob(row: JobRow, vault: Vault): Job {
  try {
    return parseJob(row, vault)
  } catch (error) {
    return salvageJob(row, vault, damageOf(error))
  }
}

export function readJobView(rows: JobViewRows, vault: Vault): JobView {
  const job = readJob(rows.job, vault)
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
export function readEndpoint(row: EndpointRow, vault: Vault): Endpoint {
  try {
    return parseEndpoint(row, vault)
  } catch {
    return salvageEndpoint(row)
  }
}
