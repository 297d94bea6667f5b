import type { DeliveryDocument } from '../../../client/documents/delivery.ts'
import type { CommandSpec, OptionSpec } from '../../call/command.ts'
import { DELIVERY_COLUMNS } from '../../call/delivery-columns.ts'
import { DELIVERY_QUERY } from '../../call/delivery-filter.ts'
import { PAGE_OPTIONS, printPage, queryOf } from '../../call/list.ts'

const OPTIONS: readonly OptionSpec[] = [...DELIVERY_QUERY, ...PAGE_OPTIONS]

/** `ringback dead-letters list` */
export const listDeadLettersCommand: CommandSpec = {
  path: 'dead-letters list',
  about: 'list what was given up, newest first',
  options: OPTIONS,
  async run(call) {
    await printPage<DeliveryDocument>(call, { path: '/v1/dead-letters', query: queryOf(call.given, OPTIONS), columns: DELIVERY_COLUMNS })
    return undefined
  },
}
