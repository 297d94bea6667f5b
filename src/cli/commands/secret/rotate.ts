import type { SigningSecret } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { OVERLAP_OPTION, overlapBody } from '../../call/overlap.ts'

/** `ringback secret rotate` */
export const rotateSecretCommand: CommandSpec = {
  path: 'secret rotate',
  about: 'make a new signing secret, and print it',
  options: [OVERLAP_OPTION],
  async run(call) {
    const request = { method: 'POST', path: '/v1/signing-secret/rotate', body: overlapBody(call.given) } as const
    const { text, document } = await ask<SigningSecret>(call, request)
    const { secret, previous, previous_expires_at: until } = document
    await call.out.result(text, () => secret)
    if (!call.out.json) {
      await call.out.words(previous === null ? 'The old one is gone.' : `Until ${until} callbacks are signed with the old one as well.`)
    }
    return undefined
  },
}
