import type { WorkerReads } from '../../ports/workers.ts'
import type { Driver } from '../driver/driver.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { readDelivery } from '../rows/read-delivery.ts'
import { readJob } from '../rows/read-job.ts'
import { parseWorker } from '../rows/worker-row.ts'
import { withStatus } from './with-status.ts'

/** The port's reads of worker processes, over the rows of a driver. */
export function workerReads(driver: Driver, encryptor: Encryptor): WorkerReads {
  return {
    all: async () => (await driver.scan('workers')).map(parseWorker),
    stuckJobs: (late, limit) => driver.scan('stuckJobs', JSON.stringify(late), limit),
    leaseHolders: () => driver.scan('leaseHolders'),
    async leasedBy(worker, limit) {
      const { jobs, deliveries } = await driver.scan('leasedBy', worker, limit)
      return {
        jobs: jobs.map((row) => withStatus(readJob(row, encryptor), 'pending', 'running')),
        deliveries: deliveries.map((row) => withStatus(readDelivery(row), 'pending', 'sending')),
      }
    },
  }
}
