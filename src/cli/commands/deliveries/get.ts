import type { DeliveryWithLog } from '../../../client/documents/delivery.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { record, table } from '../../output/table.ts'

/** What of an answer's body is shown, characters. */
const SHOWN_BODY = 80

/** `ringback deliveries get ID` */
export const getDeliveryCommand: CommandSpec = {
  path: 'deliveries get',
  args: ['<ID>'],
  about: 'show a delivery with every attempt',
  async run(call) {
    const path = `/v1/deliveries/${encodeURIComponent(call.args[0] ?? '')}`
    const { text, document } = await ask<DeliveryWithLog>(call, { method: 'GET', path })
    const { paint } = call.out
    await call.out.result(text, () => {
      const attempts = document.attempt_log.map((one) => [
        one.n,
        one.at,
        one.ms,
        one.status ?? one.error,
        one.error_cause,
        one.response_body.slice(0, SHOWN_BODY),
      ])
      const head = record({ ...document, event: `${document.event.type} ${document.event.id}` }, paint, ['attempt_log', 'request_body'])
      if (attempts.length === 0) return head
      return `${head}\n\n${table(['n', 'at', 'ms', 'answer', 'cause', 'body'], attempts, paint)}`
    })
    return undefined
  },
}
