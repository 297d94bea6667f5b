import type { TenantDocument } from '../../../client/documents/tenant.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record } from '../../output/table.ts'
import { UsageError } from '../../world/ends.ts'
import { LIMIT_OPTIONS, limitsOf } from './limits.ts'

/** `ringback tenants update ID` */
export const updateTenantCommand: CommandSpec = {
  path: 'tenants update',
  args: ['<ID>'],
  about: 'change a tenant; the ceilings that are given replace all it had',
  options: [{ flags: '--name <NAME>', about: 'its new name' }, ...LIMIT_OPTIONS, { flags: '--unlimited', about: 'take all ceilings away' }],
  async run(call) {
    const { given, args, out } = call
    const limits = given.has('unlimited') ? {} : limitsOf(given)
    const body = JSON.stringify({ name: given.text('name'), limits })
    if (body === '{}') throw new UsageError('tenants update takes at least one flag')
    const path = `/v1/tenants/${encodeURIComponent(args[0] ?? '')}`
    const { text, document } = await ask<TenantDocument>(call, { method: 'PATCH', path, body })
    await out.result(text, () => record(document, out.paint))
    return undefined
  },
}
