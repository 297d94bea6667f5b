/** What a replay of dead letters would move: counted before it, so that it moves what was shown and nothing else. */
import type { ReplayPreview } from '../../../client/documents/delivery.ts'
import { type Answered, ask } from '../../call/ask.ts'
import type { Invocation } from '../../call/command.ts'
import { DELIVERY_FILTER } from '../../call/delivery-filter.ts'
import { queryOf } from '../../call/list.ts'
import { table } from '../../output/table.ts'

/** Asks for a replay of what the flags of the call mean; `members` say how. */
export function askReplay<T>(call: Invocation, members: object): Promise<Answered<T>> {
  const filter = queryOf(call.given, DELIVERY_FILTER)
  const body = JSON.stringify({ filter: Object.keys(filter).length === 0 ? { all: true } : filter, ...members })
  return ask<T>(call, { method: 'POST', path: '/v1/dead-letters/replay', query: { tenant: call.given.text('tenant') }, body })
}

/** Counts what would move, and moves nothing. */
export function previewReplay(call: Invocation): Promise<Answered<ReplayPreview>> {
  return askReplay<ReplayPreview>(call, { dry_run: true })
}

/** The groups as a table. */
export function previewTable({ by }: ReplayPreview, { out }: Pick<Invocation, 'out'>): string {
  const rows = by.map((group) => [group.count, group.reason, group.destination])
  return table(['count', 'reason', 'destination'], rows, out.paint)
}
