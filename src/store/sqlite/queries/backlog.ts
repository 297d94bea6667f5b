/** How much waits, for the operator's figures: on partial indexes only, over a bounded number of their entries. */
import type Database from 'better-sqlite3'
import type { Kind } from '../../../ports/kinds.ts'
import type { Backlog } from '../../../ports/lanes.ts'
import { backlogOf, type Held, type Unheld } from '../../driver/backlog.ts'

/** What any worker may claim: the index holds it, due or not, and nothing else. */
function unheldSql(table: string): string {
  return `
    SELECT count(*) AS looked, count(*) FILTER (WHERE due_at <= ?) AS due
    FROM (SELECT due_at FROM ${table} INDEXED BY ${table}_due WHERE status = 'pending' AND lease IS NULL LIMIT ?)`
}

/** What a process holds in memory until it has a slot: at most 64 a lane, and always due. */
function heldSql(table: string): string {
  return `
    SELECT count(*) AS due, min(due_at) AS oldest
    FROM (SELECT status, due_at FROM ${table} INDEXED BY ${table}_leased WHERE lease IS NOT NULL LIMIT ?)
    WHERE status = 'pending'`
}

/** The text of every such read, for the tests of their query plans. */
export const BACKLOG_STATEMENTS = {
  job: { unheld: unheldSql('jobs'), held: heldSql('jobs') },
  delivery: { unheld: unheldSql('deliveries'), held: heldSql('deliveries') },
}

/** @returns the backlog of a kind whose lanes are due as given; a longer queue looks as long as `rows` */
export function backlogReader(
  db: Database.Database,
): (kind: Kind, lanes: readonly { dueAt: number }[], now: number, rows: number) => Backlog {
  const prepare = (kind: Kind) => ({
    unheld: db.prepare<[now: number, rows: number], Unheld>(BACKLOG_STATEMENTS[kind].unheld),
    held: db.prepare<[rows: number], Held>(BACKLOG_STATEMENTS[kind].held),
  })
  const statements = { job: prepare('job'), delivery: prepare('delivery') }

  return (kind, lanes, now, rows) => backlogOf(lanes, now, statements[kind].unheld.get(now, rows), statements[kind].held.get(rows))
}
