/** Looks for deliveries in a state that lasts. */
import type { Ask } from './client.ts'

export interface Seen {
  id: string
  status: string
  attempts: number
  next_attempt_at: string | null
  last_status: number | null
}

/** It is a dead letter. */
export const isDead = ({ status }: Seen) => status === 'dead'
/** It was taken. */
export const isDelivered = ({ status }: Seen) => status === 'delivered'
/** It was refused, and its next try is more than a second away. */
export const waits = ({ status, last_status, next_attempt_at }: Seen) =>
  status === 'pending' && last_status === 500 && next_attempt_at !== null && Date.parse(next_attempt_at) > Date.now() + 1000

/** The id of a delivery that fits, as soon as there is one. */
export async function deliveryThat(ask: Ask, fits: (delivery: Seen) => boolean): Promise<string> {
  for (;;) {
    const { data }: { data: Seen[] } = (await ask('answers', 'GET', '/v1/deliveries?limit=100')).json
    const found = data.find(fits)
    if (found !== undefined) return found.id
    // Answers at the next event, at the latest after a second.
    await ask('answers', 'GET', '/v1/events?after=latest&wait=1')
  }
}
