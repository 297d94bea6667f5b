import type { NewEndpoint } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record } from '../../output/table.ts'
import { ENDPOINT_OPTIONS, endpointMembers } from './options.ts'

/** `ringback endpoints create URL` */
export const createEndpointCommand: CommandSpec = {
  path: 'endpoints create',
  args: ['<URL>'],
  about: 'register an endpoint; its secret is shown this once',
  options: ENDPOINT_OPTIONS,
  async run(call) {
    const body = JSON.stringify({ url: call.args[0], ...endpointMembers(call.given) })
    const { text, document } = await ask<NewEndpoint>(call, { method: 'POST', path: '/v1/endpoints', body })
    await call.out.result(text, () => record(document, call.out.paint))
    return undefined
  },
}
