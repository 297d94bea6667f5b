import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { endpointPath } from './path.ts'

/** `ringback endpoints delete ID` */
export const deleteEndpointCommand: CommandSpec = {
  path: 'endpoints delete',
  args: ['<ID>'],
  about: 'delete an endpoint',
  async run(call) {
    const [id = ''] = call.args
    await ask(call, { method: 'DELETE', path: endpointPath(id) })
    await call.out.result({ id, deleted: true }, () => 'deleted')
    return undefined
  },
}
