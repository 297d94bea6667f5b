import { releaseDelivery, type SendingDelivery } from '../../domain/delivery.ts'
import { endRun } from '../../domain/end-run.ts'
import type { RunningJob } from '../../domain/job.ts'
import { commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/** Records looked at in one round. */
const LIMIT = 500

/**
 * The answer of a claim can be lost on its way to us: then we hold records that nobody works on, and being alive we are never
 * declared dead. What was so at two calls in a row is handed back; a claim's answer is never that long on its way.
 */
export function createHandBack(context: Context): () => Promise<void> {
  const { store, clock, runs, outgoing, log } = context
  let doubted = new Set<string>()

  async function release(record: RunningJob | SendingDelivery): Promise<void> {
    if ('destination' in record) {
      await commit(context, [{ write: 'updateDelivery', delivery: releaseDelivery(record), heldUnder: record.lease }])
      return
    }
    const job = endRun(record, { kind: 'handed_back' }, clock.now(), context.random())
    await commit(context, [{ write: 'updateJob', job, heldUnder: record.lease }])
  }

  return async () => {
    const { jobs, deliveries } = await store.workers.leasedBy(context.identity.current(), LIMIT)
    const unknown = [
      ...jobs.filter((job) => job.status === 'running').filter((job) => runs.get(job.id) === undefined),
      ...deliveries.filter((one) => one.status === 'sending').filter((one) => !outgoing.isSending(one.id)),
    ]
    const lost = unknown.filter(({ id }) => doubted.has(id))
    doubted = new Set(unknown.map(({ id }) => id))
    await Promise.all(lost.map(release))
    if (lost.length > 0) log.warn({ records: lost.length }, 'handed back what a lost answer had claimed')
  }
}
