import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'

/** `ringback deliveries discard ID` */
export const discardDeliveryCommand: CommandSpec = {
  path: 'deliveries discard',
  args: ['<ID>'],
  about: 'take a dead one off the dead-letter queue',
  async run(call) {
    const [id = ''] = call.args
    await ask(call, { method: 'DELETE', path: `/v1/deliveries/${encodeURIComponent(id)}` })
    await call.out.result({ id, discarded: true }, () => 'discarded')
    return undefined
  },
}
