import type { PendingDelivery } from '../../domain/delivery.ts'
import type { DeliveryReads } from '../../ports/deliveries.ts'
import type { Driver } from '../driver/driver.ts'
import { readAttempt } from '../rows/attempt-row.ts'
import { readDelivery } from '../rows/read-delivery.ts'
import type { DeliveryRow } from '../tables/deliveries.ts'
import { found } from './found.ts'
import { withStatus } from './with-status.ts'

/** The port's reads of deliveries, over the rows of a driver. A row that cannot be read becomes a record with `damage`. */
export function deliveryReads(driver: Driver): DeliveryReads {
  const pending = (row: DeliveryRow): PendingDelivery => withStatus(readDelivery(row), 'pending')

  return {
    find: (id) => found(driver.read('delivery', id), readDelivery),
    overdue: async (destination, now, limit) => (await driver.scan('overdueDeliveries', destination, now, limit)).map(pending),
    waitingFor: async (endpointId, exceptUrl, limit) => (await driver.scan('waitingDeliveries', endpointId, exceptUrl, limit)).map(pending),
    attempts: async (deliveryId, limit) => (await driver.scan('attempts', deliveryId, limit)).map(readAttempt),
    async list(query) {
      const { rows, next } = await driver.scan('listDeliveries', query)
      return { rows: rows.map(readDelivery), next }
    },
    countReplayable: (filter, before) => driver.scan('countReplayable', filter, before),
    summarizeDeadLetters: (filter, rows) => driver.scan('summarizeDeadLetters', filter, rows),
  }
}
