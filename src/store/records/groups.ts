import type { GroupReads } from '../../ports/groups.ts'
import type { Driver } from '../driver/driver.ts'
import { parseGroup } from '../rows/group-row.ts'
import { found } from './found.ts'

/** The port's reads of groups, over the rows of a driver. */
export function groupReads(driver: Driver): GroupReads {
  return {
    find: (tenantId, name) => found(driver.read('group', tenantId, name), parseGroup),
    countRunning: (tenantId, name) => driver.scan('countGroupRuns', tenantId, name),
  }
}
