import type { CommandSpec } from '../../call/command.ts'
import { DELIVERY_QUERY } from '../../call/delivery-filter.ts'
import { countDeadLetters, groupsTable, totalOf } from './preview.ts'

/** `ringback dead-letters summary` */
export const summaryCommand: CommandSpec = {
  path: 'dead-letters summary',
  about: 'count what was given up by destination and reason',
  options: DELIVERY_QUERY,
  async run(call) {
    const { text, document } = await countDeadLetters(call)
    const isEmpty = document.data.length === 0
    if (call.out.json || !isEmpty) await call.out.result(text, () => groupsTable(document, call))
    if (!call.out.json) await call.out.words(isEmpty ? 'There are none.' : `${totalOf(document)} in all`)
    return undefined
  },
}
