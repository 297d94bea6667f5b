import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'

/** `ringback keys revoke ID` */
export const revokeKeyCommand: CommandSpec = {
  path: 'keys revoke',
  args: ['<ID>'],
  about: 'end an API key',
  async run(call) {
    const [id = ''] = call.args
    await ask(call, { method: 'DELETE', path: `/v1/api-keys/${encodeURIComponent(id)}` })
    await call.out.result({ id, revoked: true }, () => 'revoked')
    return undefined
  },
}
