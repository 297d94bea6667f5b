import { joinWorkers } from '../lifecycle/engine/heartbeat.ts'
import { startMaintenance } from '../lifecycle/engine/maintenance.ts'
import type { Boot, Service } from './boot.ts'
import { openOwner, openToAll } from './owner.ts'

/** `ROLE=api`: answers requests and looks after the store, as the owner of the data folder or beside others; workers do the work. */
export async function startApi(boot: Boot): Promise<Service> {
  const owner = await openOwner(boot)
  boot.beforeWork()
  const registration = owner.context.peers === null ? null : await joinWorkers(owner.context)
  const maintenance = await startMaintenance(owner.context)
  return openToAll(boot, owner, { maintenance, ...(registration !== null && { registration }) })
}
