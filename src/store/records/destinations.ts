import type { DestinationReads } from '../../ports/destinations.ts'
import type { Driver } from '../driver/driver.ts'
import { parseDestination } from '../rows/destination-row.ts'
import { found } from './found.ts'

/** The port's reads of destinations, over the rows of a driver. */
export function destinationReads(driver: Driver): DestinationReads {
  return {
    find: (id) => found(driver.read('destination', id), parseDestination),
    async list(query, cap) {
      const { rows, next } = await driver.scan('listDestinations', query, cap)
      return { rows: rows.map(({ row, ...counts }) => ({ destination: parseDestination(row), ...counts })), next }
    },
    load: (id, cap) => driver.scan('destinationLoad', id, cap),
    pausesOver: (now) => driver.scan('pausesOver', now),
    openBreakers: () => driver.scan('openBreakers'),
  }
}
