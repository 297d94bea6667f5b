/**
 * The feed's horizon. Positions are drawn from a sequence and shown when their transaction commits, so a higher one can be seen before a
 * lower one. Whoever inserts events holds a shared lock, named after a position below all it will draw, until its commit is seen. A reader
 * asks for the sequence's last position and then for the lowest such lock: what lies above either is not shown yet. Only transactions of
 * this program hold such locks, so no other one delays the feed.
 */
import type { Command, Outcome } from '../connection/wire.ts'
import { statement } from '../statements/statement.ts'

/** The upper 16 bits of these locks' names: nobody else in the database should use them. */
const SPACE = 21_074
const SEQUENCE = 'events_seq_seq'

const LOCK = statement(`SELECT pg_advisory_xact_lock_shared((${SPACE}::bigint << 48) | (last_value - 1)) FROM ${SEQUENCE}`)
const LAST = statement(`SELECT last_value AS last FROM ${SEQUENCE}`)
const LOWEST = statement(`
  SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) AS lowest FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = ${SPACE}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)

const command = ({ sql, name }: typeof LOCK): Command => ({ sql, name, values: [] })

/** Comes before the first event of a transaction. */
export const LOCK_HORIZON: Command = command(LOCK)

/** Both of them, in this order, tell the horizon. */
export const ASK_HORIZON: readonly Command[] = [command(LAST), command(LOWEST)]

/** Events up to this position may be shown. */
export function horizonOf([last, lowest]: readonly Outcome[]): number {
  const drawn = Number(last?.rows[0]?.last ?? 0)
  const held = lowest?.rows[0]?.lowest ?? null
  return held === null ? drawn : Math.min(drawn, Number(held))
}
