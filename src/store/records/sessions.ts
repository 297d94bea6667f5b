import type { SessionReads } from '../../ports/sessions.ts'
import type { Driver } from '../driver/driver.ts'
import { readSession } from '../rows/session-row.ts'
import { found } from './found.ts'

/** The port's reads of sessions, over the rows of a driver. */
export function sessionReads(driver: Driver): SessionReads {
  return {
    find: (idHash) => found(driver.read('session', idHash), readSession),
    async list(query) {
      const { rows, next } = await driver.scan('listSessions', query)
      return { rows: rows.map(readSession), next }
    },
  }
}
