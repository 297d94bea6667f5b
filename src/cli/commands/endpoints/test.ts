import type { EndpointTest } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record } from '../../output/table.ts'
import { EXIT } from '../../world/ends.ts'
import { endpointPath } from './path.ts'

/** `ringback endpoints test ID` */
export const testEndpointCommand: CommandSpec = {
  path: 'endpoints test',
  args: ['<ID>'],
  about: 'send an endpoint a test event, and show what it answered',
  more: 'Exits with 1 when the endpoint did not take it.',
  async run(call) {
    const { text, document } = await ask<EndpointTest>(call, { method: 'POST', path: `${endpointPath(call.args[0])}/test` })
    await call.out.result(text, () => record(document, call.out.paint))
    return document.delivered ? EXIT.ok : EXIT.failed
  },
}
