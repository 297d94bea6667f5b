/** The Store port over any driver: domain records in, domain records out. */
import type { Store } from '../../ports/store.ts'
import type { Driver } from '../driver/driver.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { parseJobTypePause } from '../rows/job-type-pause-row.ts'
import { stepsOf } from '../steps/change.ts'
import { auditReads } from './audit.ts'
import { deliveryReads } from './deliveries.ts'
import { destinationReads } from './destinations.ts'
import { endpointReads } from './endpoints.ts'
import { eventReads } from './events.ts'
import { groupReads } from './groups.ts'
import { INSTALLATION } from './identity.ts'
import { jobReads } from './jobs.ts'
import { laneStore } from './lanes.ts'
import { sessionReads } from './sessions.ts'
import { tenantReads } from './tenants.ts'
import { workerReads } from './workers.ts'

/** The whole port over one driver. Closing the store closes the driver. */
export function storeOver(driver: Driver, encryptor: Encryptor): Store {
  return {
    commit: async (change) => driver.write(stepsOf(change, encryptor)),
    lanes: laneStore(driver, encryptor),
    jobs: jobReads(driver, encryptor),
    deliveries: deliveryReads(driver),
    destinations: destinationReads(driver),
    endpoints: endpointReads(driver, encryptor),
    events: eventReads(driver),
    tenants: tenantReads(driver, encryptor),
    workers: workerReads(driver, encryptor),
    sessions: sessionReads(driver),
    groups: groupReads(driver),
    audit: auditReads(driver),
    jobTypePauses: { all: async () => (await driver.read('jobTypePauses')).map(parseJobTypePause) },
    async installation() {
      const id = (await driver.read('meta', INSTALLATION))?.value
      if (id === undefined) throw new Error('the store has no id')
      return id
    },
    health: () => driver.health(),
    close: () => driver.close(),
  }
}
