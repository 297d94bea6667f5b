/** What a client says on a socket. */
import { z } from 'zod'

/** A subscription to a job or to the feed, or the end of one. */
export type SocketMessage =
  | { kind: 'job'; id: string }
  | { kind: 'events'; after: string | null; types: readonly string[] | null }
  | { kind: 'unsubscribe'; id: string }

/** The name under which the feed is subscribed. */
export const EVENTS = 'events'

const Subscribe = z.strictObject({ subscribe: z.string() })
const SubscribeEvents = z.strictObject({
  subscribe: z.literal(EVENTS),
  after: z.string().nullish(),
  types: z.array(z.string()).nullish(),
})
const Unsubscribe = z.strictObject({ unsubscribe: z.string() })

/** The message in a text; null when it cannot be read. Whether what it names exists is not looked at. */
export function readSocketMessage(text: string): SocketMessage | null {
  const value = parse(text)
  const events = SubscribeEvents.safeParse(value)
  if (events.success) return { kind: 'events', after: events.data.after ?? null, types: events.data.types ?? null }
  const job = Subscribe.safeParse(value)
  if (job.success) return { kind: 'job', id: job.data.subscribe }
  const end = Unsubscribe.safeParse(value)
  return end.success ? { kind: 'unsubscribe', id: end.data.unsubscribe } : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
