import type { EndpointDocument } from '../../../client/documents/endpoint.ts'
import type { CommandSpec, OptionSpec } from '../../call/command.ts'
import { PAGE_OPTIONS, printPage, queryOf, TENANT_OPTION } from '../../call/list.ts'

const OPTIONS: readonly OptionSpec[] = [...PAGE_OPTIONS, TENANT_OPTION]

/** `ringback endpoints list` */
export const listEndpointsCommand: CommandSpec = {
  path: 'endpoints list',
  about: 'list endpoints, newest first',
  options: OPTIONS,
  async run(call) {
    await printPage<EndpointDocument>(call, {
      path: '/v1/endpoints',
      query: queryOf(call.given, OPTIONS),
      columns: {
        id: (one) => one.id,
        status: (one) => one.status,
        reason: (one) => one.disabled_reason,
        events: (one) => one.events,
        url: (one) => one.url,
      },
    })
    return undefined
  },
}
