/** The dead letters that a filter means, counted by destination and reason. */
import type { DeadLetterSummary } from '../../../client/documents/delivery.ts'
import { type Answered, ask } from '../../call/ask.ts'
import type { Invocation } from '../../call/command.ts'
import { DELIVERY_QUERY } from '../../call/delivery-filter.ts'
import { queryOf } from '../../call/list.ts'
import { table } from '../../output/table.ts'

/** Counts what the flags of the call mean. */
export function countDeadLetters(call: Invocation): Promise<Answered<DeadLetterSummary>> {
  return ask<DeadLetterSummary>(call, { method: 'GET', path: '/v1/dead-letters/summary', query: queryOf(call.given, DELIVERY_QUERY) })
}

/** How many there are, `more than` where counting stopped. */
export function totalOf({ data, complete }: DeadLetterSummary): string {
  return `${complete ? '' : 'more than '}${data.reduce((sum, group) => sum + group.count, 0)}`
}

/** The groups as a table. */
export function groupsTable({ data }: DeadLetterSummary, { out }: Pick<Invocation, 'out'>): string {
  const rows = data.map((group) => [group.count, group.reason, group.destination, group.oldest_at, group.newest_at])
  return table(['count', 'reason', 'destination', 'oldest', 'newest'], rows, out.paint)
}
