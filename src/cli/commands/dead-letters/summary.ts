import type { DeadLetterSummary } from '../../../client/documents/delivery.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { DELIVERY_QUERY } from '../../call/delivery-filter.ts'
import { queryOf } from '../../call/list.ts'
import { table } from '../../output/table.ts'

/** `ringback dead-letters summary` */
export const summaryCommand: CommandSpec = {
  path: 'dead-letters summary',
  about: 'count what was given up by destination and reason',
  options: DELIVERY_QUERY,
  async run(call) {
    const { out, given } = call
    const query = queryOf(given, DELIVERY_QUERY)
    const { text, document } = await ask<DeadLetterSummary>(call, { method: 'GET', path: '/v1/dead-letters/summary', query })
    const { data, complete } = document
    const rows = data.map((group) => [group.count, group.reason, group.destination, group.oldest_at, group.newest_at])
    const headings = ['count', 'reason', 'destination', 'oldest', 'newest']
    if (out.json || data.length > 0) await out.result(text, () => table(headings, rows, out.paint))
    const total = data.reduce((sum, group) => sum + group.count, 0)
    if (!out.json) await out.words(data.length === 0 ? 'There are none.' : `${complete ? '' : 'more than '}${total} in all`)
    return undefined
  },
}
