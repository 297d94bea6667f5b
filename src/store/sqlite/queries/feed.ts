/** The feed: events in the order of `seq`, which is given inside the write transaction, so none appears behind one that was read. */
import type Database from 'better-sqlite3'
import type { FeedPage, FeedQuery } from '../../../ports/events.ts'
import type { EventRow } from '../../tables/deliveries.ts'

/** Bodies of one page, bytes, unless the first alone is larger. */
const FEED_PAGE_BYTES = 1024 * 1024

/** Events of whatever type that a page of some types looks at. */
const FEED_WINDOW = 5000

function feedSql(from: string) {
  return {
    all: `SELECT * FROM ${from} ORDER BY seq`,
    // The bodies of other types are not read.
    some: `SELECT * FROM ${from} AND seq <= @ceiling AND type IN (SELECT value FROM json_each(@types)) ORDER BY seq`,
    ceiling: `SELECT count(*) AS looked, max(seq) AS seq FROM (SELECT seq FROM ${from} ORDER BY seq LIMIT ${FEED_WINDOW})`,
  }
}

const OF_ALL = feedSql('events NOT INDEXED WHERE seq > @after')
const OF_TENANT = feedSql('events INDEXED BY events_tenant WHERE tenant_id = @tenantId AND seq > @after')

/** The text of every such read, for the tests of their query plans. */
export const FEED_STATEMENTS = {
  ofAll: OF_ALL.all,
  someOfAll: OF_ALL.some,
  ceilingOfAll: OF_ALL.ceiling,
  ofTenant: OF_TENANT.all,
  someOfTenant: OF_TENANT.some,
  ceilingOfTenant: OF_TENANT.ceiling,
  idAt: 'SELECT id FROM events WHERE seq = ?',
}

/** A page of the feed, as rows. */
export interface FeedRows {
  rows: EventRow[]
  more: boolean
  passed: FeedPage['passed']
}

/** Prepares the feed for a connection. */
export function feedReader(db: Database.Database): (query: FeedQuery) => FeedRows {
  const prepare = (sql: ReturnType<typeof feedSql>) => ({
    all: db.prepare<[object], EventRow>(sql.all),
    some: db.prepare<[object], EventRow>(sql.some),
    ceiling: db.prepare<[object], { looked: number; seq: number | null }>(sql.ceiling),
  })
  const ofAll = prepare(OF_ALL)
  const ofTenant = prepare(OF_TENANT)
  const idAt = db.prepare<[number], { id: string }>(FEED_STATEMENTS.idAt)

  return ({ tenantId, after, limit, types }) => {
    const statements = tenantId === null ? ofAll : ofTenant
    const values = tenantId === null ? { after } : { tenantId, after }
    if (types === null) return { ...bounded(statements.all.iterate(values), limit), passed: null }
    const { looked, seq: ceiling } = statements.ceiling.get(values) ?? { looked: 0, seq: null }
    if (ceiling === null) return { rows: [], more: false, passed: null }
    const page = bounded(statements.some.iterate({ ...values, ceiling, types: JSON.stringify(types) }), limit)
    if (page.more) return { ...page, passed: null }
    const id = page.rows.at(-1)?.seq === ceiling ? undefined : idAt.get(ceiling)?.id
    return { ...page, more: looked === FEED_WINDOW, passed: id === undefined ? null : { id, position: ceiling } }
  }
}

function bounded(found: Iterable<EventRow>, limit: number): Pick<FeedRows, 'rows' | 'more'> {
  const rows: EventRow[] = []
  let bytes = 0
  for (const row of found) {
    bytes += row.body.byteLength
    if (rows.length === limit || (rows.length > 0 && bytes > FEED_PAGE_BYTES)) return { rows, more: true }
    rows.push(row)
  }
  return { rows, more: false }
}
