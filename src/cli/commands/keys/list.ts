import type { ApiKeyDocument } from '../../../client/documents/tenant.ts'
import type { CommandSpec } from '../../call/command.ts'
import { PAGE_OPTIONS, printPage, queryOf } from '../../call/list.ts'

/** `ringback keys list TENANT` */
export const listKeysCommand: CommandSpec = {
  path: 'keys list',
  args: ['<TENANT>'],
  about: 'list the API keys of a tenant, newest first',
  options: PAGE_OPTIONS,
  async run(call) {
    await printPage<ApiKeyDocument>(call, {
      path: `/v1/tenants/${encodeURIComponent(call.args[0] ?? '')}/api-keys`,
      query: queryOf(call.given, PAGE_OPTIONS),
      columns: {
        id: (one) => one.id,
        prefix: (one) => one.prefix,
        scopes: (one) => one.scopes,
        expires: (one) => one.expires_at,
        revoked: (one) => one.revoked_at,
        name: (one) => one.name,
      },
    })
    return undefined
  },
}
