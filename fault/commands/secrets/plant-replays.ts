/** Reads deliveries and moves them. */
import type { Ask } from './client.ts'
import { deliveryThat, isDead, isDelivered, waits } from './deliveries.ts'
import type { Setup } from './setup.ts'

/** Reads every delivery with its log, replays two and discards a dead one. Its id. */
export async function plantReplays(ask: Ask, { texts, listener }: Setup): Promise<string> {
  const [dead, delivered, waiting] = [await deliveryThat(ask, isDead), await deliveryThat(ask, isDelivered), await deliveryThat(ask, waits)]
  const deliveries: { id: string }[] = (await ask('answers', 'GET', '/v1/deliveries?limit=100')).json.data
  for (const { id } of deliveries) {
    await ask('answers', 'GET', `/v1/deliveries/${id}`)
    await ask('answers', 'GET', `/v1/deliveries/${id}/explain`)
  }
  await ask('answers', 'DELETE', `/v1/deliveries/${dead}`)
  await ask('answers', 'POST', `/v1/deliveries/${delivered}/replay`)
  await ask('answers', 'POST', `/v1/deliveries/${waiting}/retry`)
  await ask('answers', 'POST', '/v1/deliveries/retry', { all: true })
  const filter = { destination: listener.url(`/?token=${texts['query of a chosen URL']}`) }
  await ask('answers', 'POST', '/v1/dead-letters/replay', { filter })
  await ask('answers', 'POST', '/v1/dead-letters/replay', { all: true })
  return dead
}
