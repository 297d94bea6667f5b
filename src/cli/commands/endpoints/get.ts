import type { EndpointDocument } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record } from '../../output/table.ts'
import { endpointPath } from './path.ts'

/** `ringback endpoints get ID` */
export const getEndpointCommand: CommandSpec = {
  path: 'endpoints get',
  args: ['<ID>'],
  about: 'show an endpoint',
  async run(call) {
    const { text, document } = await ask<EndpointDocument>(call, { method: 'GET', path: endpointPath(call.args[0]) })
    await call.out.result(text, () => record(document, call.out.paint))
    return undefined
  },
}
