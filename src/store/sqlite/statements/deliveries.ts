import { DELIVERY_CHANGES } from '../../rows/delivery-row.ts'
import type { DeliveryStatement } from '../../steps/deliveries.ts'
import { attempts, deliveries, events } from '../../tables/deliveries.ts'
import { assignments, insertInto } from '../../tables/sql-text.ts'
import { guarded, plain, type Statement } from './statement.ts'

const AT_VERSION_BEFORE = 'id = @id AND version = @version_before'
const AS_HELD = `${AT_VERSION_BEFORE} AND lease IS coalesce(@held_under, lease)`

/** The text of every write of an event, a delivery or an attempt. */
export const DELIVERY_STATEMENTS: Readonly<Record<DeliveryStatement, Statement>> = {
  insertEvent: plain(insertInto(events)),
  insertDelivery: plain(insertInto(deliveries)),
  updateDelivery: guarded(`UPDATE deliveries SET ${assignments(DELIVERY_CHANGES)} WHERE ${AS_HELD}`),
  leaseDelivery: guarded(`UPDATE deliveries SET lease = @lease, version = @version WHERE ${AT_VERSION_BEFORE}`),
  insertAttempt: plain(insertInto(attempts)),
  purgeEvent: guarded(`DELETE FROM events WHERE id = @id AND ${expiredEvent('@ended_before')}`),
  purgeEventAttempts: plain(
    'DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE event_id = @id AND job_id IS NULL)',
  ),
  purgeEventDeliveries: plain('DELETE FROM deliveries WHERE event_id = @id AND job_id IS NULL'),
}

/** Whether a row of `events` that belongs to no job has been kept long enough: `before` stands for the end of retention. */
export function expiredEvent(before: string): string {
  return `job_id IS NULL AND created_at <= ${before} AND NOT EXISTS (
    SELECT 1 FROM deliveries INDEXED BY deliveries_jobless
    WHERE event_id = events.id AND job_id IS NULL AND (finished_at IS NULL OR finished_at > ${before}))`
}
