import { giveUpDelivery, type PendingDelivery } from '../../domain/delivery.ts'
import { KINDS } from '../../ports/kinds.ts'
import { type CommitContext, commit, wakeStored } from '../commit/commit.ts'
import type { OutboxContext } from '../outbox/event-writes.ts'
import { moveDelivery } from '../outbox/move-delivery.ts'

/**
 * How often the sweep looks, milliseconds: a lost wake-up costs at most this and what the sweep and its wake-up take. Work goes
 * on within 5 s of it, as after the loss of everything that Redis held.
 */
export const SWEEP_EVERY_MS = 4_000

/** Wakes every lane in which something waits, at its time: what a lost wake-up or a restart left behind. */
export async function sweep(context: CommitContext): Promise<void> {
  for (const kind of KINDS) {
    for (const { lane, dueAt } of await context.store.lanes.waiting(kind)) wakeStored(context, { kind, lane, dueAt })
  }
}

/** Deliveries ended in one round. */
const BATCH = 100

/** Ends what has waited behind an open breaker until its horizon: it is in the dead-letter queue then, without another attempt. */
export async function sweepHorizons(context: CommitContext & OutboxContext): Promise<void> {
  const { store, clock } = context
  for (const destination of await store.destinations.openBreakers()) {
    for (;;) {
      const now = clock.now()
      const overdue = await store.deliveries.overdue(destination, now, BATCH)
      await Promise.all(overdue.map((delivery) => giveUp(context, delivery, now)))
      if (overdue.length < BATCH) break
    }
  }
}

async function giveUp(context: CommitContext & OutboxContext, delivery: PendingDelivery, now: number): Promise<void> {
  await commit(context, await moveDelivery(context, giveUpDelivery(delivery, now), delivery.lease, now))
}
