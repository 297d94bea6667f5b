import type { TenantDocument } from '../../../client/documents/tenant.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record } from '../../output/table.ts'
import { LIMIT_OPTIONS, limitsOf } from './limits.ts'

/** `ringback tenants create NAME` */
export const createTenantCommand: CommandSpec = {
  path: 'tenants create',
  args: ['<NAME>'],
  about: 'make a tenant',
  options: LIMIT_OPTIONS,
  async run(call) {
    const body = JSON.stringify({ name: call.args[0], limits: limitsOf(call.given) })
    const { text, document } = await ask<TenantDocument>(call, { method: 'POST', path: '/v1/tenants', body })
    await call.out.result(text, () => record(document, call.out.paint))
    return undefined
  },
}
