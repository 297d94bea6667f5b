import type { DeliveryDocument } from '../../../client/documents/delivery.ts'
import type { CommandSpec, OptionSpec } from '../../call/command.ts'
import { DELIVERY_COLUMNS } from '../../call/delivery-columns.ts'
import { DELIVERY_QUERY, STATUS_OPTION } from '../../call/delivery-filter.ts'
import { PAGE_OPTIONS, printPage, queryOf } from '../../call/list.ts'

const OPTIONS: readonly OptionSpec[] = [STATUS_OPTION, ...DELIVERY_QUERY, ...PAGE_OPTIONS]

/** `ringback deliveries list` */
export const listDeliveriesCommand: CommandSpec = {
  path: 'deliveries list',
  about: 'list deliveries, newest first',
  options: OPTIONS,
  async run(call) {
    await printPage<DeliveryDocument>(call, { path: '/v1/deliveries', query: queryOf(call.given, OPTIONS), columns: DELIVERY_COLUMNS })
    return undefined
  },
}
