/** The feed: events in the order of `seq`, which is given inside the write transaction, so none appears behind one that was read. */
import type Database from 'better-sqlite3'
import { type Event, eventBody } from '../../domain/event.ts'
import type { FeedQuery } from '../../ports.ts'
import { isWhole, plainBytes } from './column.ts'
import type { events } from './schema.ts'

export type EventRow = typeof events.$inferSelect

/** Bodies of one page, bytes, unless the first alone is larger. */
const FEED_PAGE_BYTES = 1024 * 1024

export const FEED_STATEMENTS = {
  ofAll: 'SELECT * FROM events WHERE seq > ? ORDER BY seq',
  ofTenant: 'SELECT * FROM events INDEXED BY events_tenant WHERE tenant_id = ? AND seq > ? ORDER BY seq',
}

export function feedReader(db: Database.Database): (query: FeedQuery) => { rows: EventRow[]; more: boolean } {
  const ofAll = db.prepare<[number], EventRow>(FEED_STATEMENTS.ofAll)
  const ofTenant = db.prepare<[string, number], EventRow>(FEED_STATEMENTS.ofTenant)

  return ({ tenantId, after, limit }) => {
    const rows: EventRow[] = []
    let bytes = 0
    for (const row of tenantId === null ? ofAll.iterate(after) : ofTenant.iterate(tenantId, after)) {
      bytes += row.body.length
      if (rows.length === limit || (rows.length > 0 && bytes > FEED_PAGE_BYTES)) return { rows, more: true }
      rows.push(row)
    }
    return { rows, more: false }
  }
}

/** An event whose body are no bytes any more is shown without its data. */
export function readEvent(row: EventRow): Event {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    jobId: row.job_id,
    body: row.body instanceof Uint8Array ? plainBytes(row.body) : eventBody(row.type, isWhole(row.created_at) ? row.created_at : 0, 'null'),
    createdAt: row.created_at,
  }
}
