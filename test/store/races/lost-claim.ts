import { startSending } from '../../../src/domain/delivery.ts'
import { endRun } from '../../../src/domain/end-run.ts'
import { startJob } from '../../../src/domain/job.ts'
import { leaseOf } from '../../../src/domain/lease.ts'
import type { Change } from '../../../src/ports/change.ts'
import { aJob, NOW, put, putDelivery, putJob } from '../records.ts'
import { withStore, withStranger } from './open-store.ts'

const PENDING = `status = 'pending', lease = NULL, version = version - 1`

/**
 * Two processes claim a job and a delivery, and the server has lost the claims of the first, as after a failover to a server that did not
 * have them yet: both claims made the same version. Tells what the first could write nevertheless.
 */
export function lostClaim(url: string): Promise<string[]> {
  return withStore(url, (store) =>
    withStranger(url, async (failover) => {
      const job = await putJob(store, aJob())
      const { delivery } = await putDelivery(store)
      const running = (worker: string) => startJob(job, leaseOf(worker, 2), NOW)
      const sending = (worker: string) => startSending(delivery, leaseOf(worker, 2))
      const claim = (worker: string) =>
        put(store, { write: 'updateJob', job: running(worker) }, { write: 'updateDelivery', delivery: sending(worker) })
      await claim('first')
      await failover.query(`UPDATE jobs SET ${PENDING}, due_at = $2, attempt = 0 WHERE id = $1`, [job.id, NOW])
      await failover.query(`UPDATE deliveries SET ${PENDING} WHERE id = $1`, [delivery.id])
      await claim('second')

      const end = (worker: string): Change => {
        const record = running(worker)
        return [{ write: 'updateJob', job: endRun(record, { kind: 'worker_lost' }, NOW, 0), heldUnder: record.lease }]
      }
      const { dueAt: _due, lease: _lease, ...sent } = sending('first')
      const delivered = { ...sent, status: 'delivered' as const, finishedAt: NOW, version: sent.version + 1 }
      const late: [string, Change][] = [
        ['the end of the run', end('first')],
        ['the end of the attempt', [{ write: 'updateDelivery', delivery: delivered, heldUnder: leaseOf('first', 2) }]],
      ]
      const breaches: string[] = []
      for (const [what, change] of late) if (await store.commit(change)) breaches.push(`${what} was written without its lease`)
      if (breaches.length === 0 && !(await store.commit(end('second')))) breaches.push('the holder could not write')
      return breaches
    }),
  )
}
