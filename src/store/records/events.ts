import type { EventReads } from '../../ports/events.ts'
import type { Driver } from '../driver/driver.ts'
import { plainBytes } from '../rows/column.ts'
import { readEvent } from '../rows/event-row.ts'
import { found } from './found.ts'

/** The port's reads of events, over the rows of a driver. */
export function eventReads(driver: Driver): EventReads {
  return {
    position: (id) => found(driver.read('eventPosition', id), (row) => ({ tenantId: row.tenant_id, position: row.seq })),
    async body(id) {
      const body = await driver.scan('eventBody', id)
      return body === null ? null : plainBytes(body)
    },
    last: (tenantId) => found(driver.read('lastEvent', tenantId), (row) => ({ id: row.id, position: row.seq })),
    async feed(query) {
      const { rows, more, passed } = await driver.scan('feed', query)
      const reached = passed?.position ?? rows.at(-1)?.seq ?? null
      return { events: rows.map(readEvent), more, reached, passed }
    },
    expired: (before, limit) => driver.scan('expiredEvents', before, limit),
  }
}
