import { startMaintenance } from '../lifecycle/engine/maintenance.ts'
import type { Boot, Service } from './boot.ts'
import { openOwner, openToAll } from './owner.ts'

/** `ROLE=api`: owns the data folder, answers requests and looks after the store; workers beside it do the work. */
export async function startApi(boot: Boot): Promise<Service> {
  const owner = await openOwner(boot)
  boot.beforeWork()
  const maintenance = await startMaintenance(owner.context)
  return openToAll(boot, owner, { maintenance })
}
