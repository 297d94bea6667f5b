import type { NewApiKey } from '../../../client/documents/tenant.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record } from '../../output/table.ts'
import { UsageError } from '../../world/ends.ts'

/** `ringback keys create TENANT` */
export const createKeyCommand: CommandSpec = {
  path: 'keys create',
  args: ['<TENANT>'],
  about: 'make an API key for a tenant; it is shown this once',
  options: [
    {
      flags: '--scope <SCOPE>',
      about: 'jobs:write, jobs:read, callbacks:write, callbacks:read; for the tenant default also admin, admin:read; several',
      repeats: true,
    },
    { flags: '--name <NAME>', about: 'words for people' },
    { flags: '--expires-at <TIME>', about: 'its end: RFC 3339' },
  ],
  async run(call) {
    const { given, args, out } = call
    const scopes = given.texts('scope').flatMap((text) => text.split(','))
    if (scopes.length === 0) throw new UsageError('keys create needs at least one --scope')
    const body = JSON.stringify({ scopes, name: given.text('name'), expires_at: given.text('expires-at') })
    const path = `/v1/tenants/${encodeURIComponent(args[0] ?? '')}/api-keys`
    const { text, document } = await ask<NewApiKey>(call, { method: 'POST', path, body })
    await out.result(text, () => record(document, out.paint))
    return undefined
  },
}
