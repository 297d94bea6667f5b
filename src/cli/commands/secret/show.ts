import type { SigningSecret } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'

/** `ringback secret show` */
export const showSecretCommand: CommandSpec = {
  path: 'secret show',
  about: 'print the signing secret of callbacks',
  async run(call) {
    const { text, document } = await ask<SigningSecret>(call, { method: 'GET', path: '/v1/signing-secret' })
    const { secret, previous, previous_expires_at: until } = document
    await call.out.result(text, () => secret)
    if (!call.out.json && previous !== null) await call.out.words(`Until ${until} callbacks are signed with ${previous} as well.`)
    return undefined
  },
}
