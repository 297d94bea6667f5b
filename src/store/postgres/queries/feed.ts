/** The feed: events in the order of `seq`, up to the horizon. */
import type { FeedPage, FeedQuery } from '../../../ports/events.ts'
import type { EventRow } from '../../tables/deliveries.ts'
import { statement } from '../statements/statement.ts'
import type { Ask } from './ask.ts'
import { ASK_HORIZON, horizonOf } from './horizon.ts'

/** Bodies of one page, bytes, unless the first alone is larger. */
const FEED_PAGE_BYTES = 1024 * 1024
/** Events of whatever type that a page of some types looks at. */
const FEED_WINDOW = 5000

function statementsOf(own: string) {
  const range = `${own} seq > @after AND seq <= @ceiling`
  const ofTypes = 'type IN (SELECT json_array_elements_text(@types::json))'
  const sizes = (where: string) => statement(`SELECT seq, octet_length(body) AS bytes FROM events WHERE ${where} ORDER BY seq LIMIT @limit`)
  const rows = (where: string) => statement(`SELECT * FROM events WHERE ${where} ORDER BY seq`)
  return {
    all: { sizes: sizes(range), rows: rows(range) },
    some: { sizes: sizes(`${range} AND ${ofTypes}`), rows: rows(`${range} AND ${ofTypes}`) },
    window: statement(`
      SELECT count(*) AS looked, max(seq) AS seq
      FROM (SELECT seq FROM events WHERE ${range} ORDER BY seq LIMIT ${FEED_WINDOW}) AS looked_at`),
  }
}

const OF_ALL = statementsOf('')
const OF_TENANT = statementsOf('tenant_id = @tenantId AND')
const ID_AT = statement('SELECT id FROM events WHERE seq = @seq')

/** A page of the feed, as rows. */
export interface FeedRows {
  rows: EventRow[]
  more: boolean
  passed: FeedPage['passed']
}

/** A page of the feed. */
export async function readFeed(ask: Ask, { tenantId, after, limit, types }: FeedQuery): Promise<FeedRows> {
  const statements = tenantId === null ? OF_ALL : OF_TENANT
  const horizon = horizonOf(await ask.together(ASK_HORIZON))
  const values = { ...(tenantId !== null && { tenantId }), after, ceiling: horizon }
  if (types === null) return { ...(await bounded(ask, statements.all, values, limit)), passed: null }
  const window = await ask.one<{ looked: number; seq: number | null }>(statements.window, values)
  const ceiling = window?.seq ?? null
  if (window === undefined || ceiling === null) return { rows: [], more: false, passed: null }
  const page = await bounded(ask, statements.some, { ...values, ceiling, types: JSON.stringify(types) }, limit)
  if (page.more) return { ...page, passed: null }
  const id = page.rows.at(-1)?.seq === ceiling ? undefined : (await ask.one<{ id: string }>(ID_AT, { seq: ceiling }))?.id
  return { ...page, more: window.looked === FEED_WINDOW, passed: id === undefined ? null : { id, position: ceiling } }
}

/** First the sizes: bodies that the page has no room for are not read. */
async function bounded(
  ask: Ask,
  { sizes, rows }: (typeof OF_ALL)['all'],
  values: Record<string, string | number>,
  limit: number,
): Promise<Pick<FeedRows, 'rows' | 'more'>> {
  const found = await ask.all<{ seq: number; bytes: number }>(sizes, { ...values, limit: limit + 1 })
  let bytes = 0
  let fitting = 0
  for (const one of found.slice(0, limit)) {
    bytes += one.bytes
    if (fitting > 0 && bytes > FEED_PAGE_BYTES) break
    fitting++
  }
  const last = found[fitting - 1]
  if (last === undefined) return { rows: [], more: found.length > 0 }
  return { rows: await ask.all<EventRow>(rows, { ...values, ceiling: last.seq }), more: found.length > fitting }
}
