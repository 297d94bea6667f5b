import type { Bus, BusMessage } from '../../ports/bus.ts'

/** Publish/subscribe within this process, joined with the other processes of the installation by their bus. */
export interface PubSub {
  /** Tells the subscribers of this process and all other processes. Called by `commit` and the claims alone. */
  publish(message: BusMessage): void
  /** Calls `hear` with every message of this and of other processes. `hear` must not throw. The answer ends the subscription. */
  subscribe(hear: (message: BusMessage) => void): () => void
}

/** @param bus null when there are no other processes */
export function createPubSub(bus: Bus | null): PubSub {
  const subscribers = new Set<(message: BusMessage) => void>()

  function deliver(message: BusMessage): void {
    for (const hear of subscribers) hear(message)
  }

  bus?.subscribe(deliver)
  return {
    publish(message) {
      deliver(message)
      bus?.publish(message)
    },
    subscribe(hear) {
      subscribers.add(hear)
      return () => void subscribers.delete(hear)
    },
  }
}
