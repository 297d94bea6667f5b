import { startWork } from '../lifecycle/engine/work.ts'
import { assemble } from './assemble.ts'
import { workerBanner } from './banner.ts'
import type { Boot, Service } from './boot.ts'
import { openApp } from './open-app.ts'
import { joinStore } from './open-store.ts'
import { stopInOrder } from './stop-in-order.ts'

/** `ROLE=worker`: does work beside the owner of the data folder; listens only for health checks and metrics, where it is told to. */
export async function startWorker(boot: Boot): Promise<Service> {
  const { owner, announceStop, ...opened } = await joinStore(boot)
  const worker = await assemble(boot, opened, owner)
  const { context, front, stopping } = worker
  boot.beforeWork()
  const work = await startWork(context)
  openApp(boot, worker, { isWorker: true })
  const types = [...context.executor.types.keys()]
  boot.log.info({ role: boot.config.role, url: front?.server.url, types }, 'ready')
  return {
    banner: workerBanner(boot, { publicUrl: owner().publicUrl, url: front?.server.url ?? null, types }),
    stop: (ms) => stopInOrder({ context, front, stopping, work, announceStop }, ms),
  }
}
