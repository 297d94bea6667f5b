import { INLINE_RESULT_LIMIT } from '../../../domain/job-view.ts'
import type { JobViewRows } from '../../rows/read-job.ts'
import type { DeliveryRow } from '../../tables/deliveries.ts'
import type { JobRow } from '../../tables/jobs.ts'

/** A job's row with what a `JobView` is made of besides. */
export type ViewedRow = JobRow & { inline_result: Uint8Array | null; callback_delivery: string | null }

/** Rows of `from`, which has a job's columns, as `ViewedRow`: in one statement, so of one snapshot. */
export function viewedSql(from: string): string {
  return `
    SELECT viewed.*, r.bytes AS inline_result, d.row AS callback_delivery FROM (${from}) AS viewed
    LEFT JOIN results AS r
      ON r.job_seq = viewed.seq AND viewed.result_kind = 'json' AND viewed.result_size <= ${INLINE_RESULT_LIMIT}
    LEFT JOIN LATERAL (
      SELECT row_to_json(deliveries.*)::text AS row FROM deliveries
      WHERE job_id = viewed.id AND endpoint_id IS NULL AND viewed.callback_url IS NOT NULL AND viewed.finished_at IS NOT NULL
      LIMIT 1) AS d ON true`
}

/** The parts of such a row. A delivery has no bytes, so JSON holds all of it. */
export function viewOf({ inline_result, callback_delivery, ...job }: ViewedRow): JobViewRows {
  const delivery = callback_delivery === null ? null : (JSON.parse(callback_delivery) as DeliveryRow)
  return { job, inlineResult: inline_result, callbackDelivery: delivery }
}
