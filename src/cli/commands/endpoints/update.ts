import type { EndpointDocument } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { oneOf } from '../../call/values.ts'
import { record } from '../../output/table.ts'
import { UsageError } from '../../world/ends.ts'
import { ENDPOINT_OPTIONS, endpointMembers } from './options.ts'
import { endpointPath } from './path.ts'

/** `ringback endpoints update ID` */
export const updateEndpointCommand: CommandSpec = {
  path: 'endpoints update',
  args: ['<ID>'],
  about: 'change an endpoint; what is not named stays as it is',
  options: [
    { flags: '--url <URL>', about: 'what waits for it goes there' },
    ...ENDPOINT_OPTIONS,
    { flags: '--status <STATUS>', about: 'enabled or disabled', parse: oneOf('enabled', 'disabled') },
  ],
  async run(call) {
    const { given } = call
    const change = { url: given.text('url'), ...endpointMembers(given), status: given.text('status') }
    const body = JSON.stringify(change)
    if (body === '{}') throw new UsageError('endpoints update takes at least one flag')
    const { text, document } = await ask<EndpointDocument>(call, { method: 'PATCH', path: endpointPath(call.args[0]), body })
    await call.out.result(text, () => record(document, call.out.paint))
    return undefined
  },
}
