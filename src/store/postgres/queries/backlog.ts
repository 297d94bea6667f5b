/** How much waits, for the operator's figures: on partial indexes only, over a bounded number of their entries. */
import type { Kind } from '../../../ports/kinds.ts'
import type { Backlog } from '../../../ports/lanes.ts'
import { backlogOf, type Held, type Unheld } from '../../driver/backlog.ts'
import { statement } from '../statements/statement.ts'
import type { Ask } from './ask.ts'

/** What any worker may claim: the index holds it, due or not, and nothing else. */
function unheld(table: string) {
  return statement(`
    SELECT count(*) AS looked, count(*) FILTER (WHERE due_at <= @now) AS due
    FROM (SELECT due_at FROM ${table} WHERE status = 'pending' AND lease IS NULL LIMIT @rows) AS looked_at`)
}

/** What a process holds in memory until it has a slot: at most 64 a lane, and always due. */
function held(table: string) {
  return statement(`
    SELECT count(*) AS due, min(due_at) AS oldest
    FROM (SELECT status, due_at FROM ${table} WHERE lease IS NOT NULL LIMIT @rows) AS looked_at
    WHERE status = 'pending'`)
}

const SQL = {
  job: { unheld: unheld('jobs'), held: held('jobs') },
  delivery: { unheld: unheld('deliveries'), held: held('deliveries') },
}

/** The backlog of a kind whose lanes are due as given; a longer queue looks as long as `rows`. */
export async function readBacklog(ask: Ask, kind: Kind, lanes: readonly { dueAt: number }[], now: number, rows: number): Promise<Backlog> {
  const unheld = await ask.one<Unheld>(SQL[kind].unheld, { now, rows })
  return backlogOf(lanes, now, unheld, await ask.one<Held>(SQL[kind].held, { rows }))
}
