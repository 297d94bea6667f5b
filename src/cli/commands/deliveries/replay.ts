import type { DeliveryDocument } from '../../../client/documents/delivery.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'

/** `ringback deliveries replay ID` */
export const replayDeliveryCommand: CommandSpec = {
  path: 'deliveries replay',
  args: ['<ID>'],
  about: 'send a dead or delivered one again, with a fresh schedule',
  async run(call) {
    const path = `/v1/deliveries/${encodeURIComponent(call.args[0] ?? '')}/replay`
    const { text, document } = await ask<DeliveryDocument>(call, { method: 'POST', path })
    await call.out.result(text, () => document.status)
    return undefined
  },
}
