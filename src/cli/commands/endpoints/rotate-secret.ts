import type { RotatedSecret } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { OVERLAP_OPTION, overlapBody } from '../../call/overlap.ts'
import { record } from '../../output/table.ts'
import { endpointPath } from './path.ts'

/** `ringback endpoints rotate-secret ID` */
export const rotateEndpointCommand: CommandSpec = {
  path: 'endpoints rotate-secret',
  args: ['<ID>'],
  about: 'give an endpoint a fresh secret, shown this once',
  options: [OVERLAP_OPTION],
  async run(call) {
    const path = `${endpointPath(call.args[0])}/rotate-secret`
    const { text, document } = await ask<RotatedSecret>(call, { method: 'POST', path, body: overlapBody(call.given) })
    await call.out.result(text, () => record(document, call.out.paint))
    return undefined
  },
}
