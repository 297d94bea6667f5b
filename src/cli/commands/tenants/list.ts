import type { TenantDocument } from '../../../client/documents/tenant.ts'
import type { CommandSpec } from '../../call/command.ts'
import { PAGE_OPTIONS, printPage, queryOf } from '../../call/list.ts'

/** `ringback tenants list` */
export const listTenantsCommand: CommandSpec = {
  path: 'tenants list',
  about: 'list tenants, newest first',
  options: PAGE_OPTIONS,
  async run(call) {
    await printPage<TenantDocument>(call, {
      path: '/v1/tenants',
      query: queryOf(call.given, PAGE_OPTIONS),
      columns: { id: (one) => one.id, name: (one) => one.name, limits: (one) => one.limits, created: (one) => one.created_at },
    })
    return undefined
  },
}
