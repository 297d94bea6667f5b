import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import type { CountingReceiver } from '../../harness/counting-receiver.ts'

const LOOK_MS = 50

/** Settles when no delivery is open any more, or nothing has arrived for a while; with the time of the last arrival seen. */
export async function untilQuiet(receiver: CountingReceiver, api: Api, patienceMs: number): Promise<number> {
  let arrived = 0
  let lastAt = performance.now()
  for (;;) {
    const total = receiver.arrivals.size
    if (total > arrived) lastAt = performance.now()
    arrived = total
    const { json } = await api.call('GET', '/v1/deliveries?status=pending&limit=1')
    if ((json.data.length === 0 && receiver.arrivals.size === total) || performance.now() - lastAt > patienceMs) return lastAt
    await sleep(LOOK_MS)
  }
}
