/** POST /dashboard/deliveries/:id/retry · …/replay · …/discard */
import { discardDelivery } from '../../../lifecycle/deliveries/discard-delivery.ts'
import { replayDelivery } from '../../../lifecycle/deliveries/replay-delivery.ts'
import { retryDelivery } from '../../../lifecycle/deliveries/retry-delivery.ts'
import type { Right } from '../session/viewer.ts'
import { idOf, type PageCall, type PageRoute } from './page.ts'

function deed(verb: string, right: Right, done: string, run: (call: PageCall, id: string) => Promise<unknown>): PageRoute {
  return {
    method: 'post',
    path: `/dashboard/deliveries/:id/${verb}`,
    right,
    action: `delivery.${verb}`,
    async handle(call) {
      const id = idOf(call, 'dlv')
      await run(call, id)
      return { goTo: `/dashboard/deliveries/${id}?done=${done}` }
    },
  }
}

/** What is done to one delivery. */
export const deliveryActions = [
  deed('retry', 'callbacks:send', 'retried', ({ context, viewer }, id) => retryDelivery(context, viewer.writer, id)),
  deed('replay', 'callbacks:send', 'replayed', ({ context, viewer }, id) => replayDelivery(context, viewer.writer, id)),
  deed('discard', 'callbacks:write', 'discarded', ({ context, viewer }, id) => discardDelivery(context, viewer.writer, id)),
]
