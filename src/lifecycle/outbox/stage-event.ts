import type { Event } from '../../domain/event.ts'
import type { Write } from '../../ports/change.ts'
import { eventWrites, type OutboxContext, type Target } from './event-writes.ts'
import { stageDead } from './stage-dead.ts'

/** `eventWrites`, with the alerts that deliveries to disabled endpoints are dead from the beginning. */
export async function stageEvent(
  context: OutboxContext,
  event: Event,
  jobType: string | null,
  targets: readonly Target[],
): Promise<Write[]> {
  const writes = eventWrites(context, event, jobType, targets)
  const dead = writes.flatMap((write) => (write.write === 'insertDelivery' && write.delivery.status === 'dead' ? [write.delivery] : []))
  const alerts = await Promise.all(dead.map((delivery) => stageDead(context, delivery)))
  return [...writes, ...alerts.flat()]
}
