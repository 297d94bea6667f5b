import { startMaintenance } from '../lifecycle/engine/maintenance.ts'
import { startWork } from '../lifecycle/engine/work.ts'
import type { Boot, Service } from './boot.ts'
import { openOwner, openToAll } from './owner.ts'

/** `ROLE=all`: owns the data folder, answers requests, looks after the store and does the work; with a Redis, beside workers. */
export async function startAll(boot: Boot): Promise<Service> {
  const owner = await openOwner(boot)
  boot.beforeWork()
  const maintenance = await startMaintenance(owner.context)
  const work = await startWork(owner.context)
  return openToAll(boot, owner, { maintenance, work })
}
