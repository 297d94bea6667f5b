import { firstJob } from '../lifecycle/jobs/first-job.ts'
import { type Assembled, assemble } from './assemble.ts'
import { apiBanner } from './banner.ts'
import type { Boot, Service } from './boot.ts'
import { firstStart } from './first-start.ts'
import { openApp } from './open-app.ts'
import { type OwnStore, openOwnStore } from './open-store.ts'
import { type Engine, stopInOrder } from './stop-in-order.ts'

/** A process that owns the data folder, before it takes work or answers requests. */
export interface Owner extends Assembled {
  opened: OwnStore
  /** The operator's key, when this start has made it. */
  madeKey: string | null
}

/** Opens all parts of an owner; on the first start of a folder it makes what a client needs. */
export async function openOwner(boot: Boot): Promise<Owner> {
  const opened = await openOwnStore(boot)
  const assembled = await assemble(boot, opened)
  const madeKey = await firstStart(assembled.context, boot.config.secrets)
  return { ...assembled, opened, madeKey }
}

/** Lets workers in and answers requests, beside the engine that runs already. */
export async function openToAll(boot: Boot, owner: Owner, engine: Engine): Promise<Service> {
  const { opened, context, front, api, stopping, madeKey } = owner
  const types = [...context.executor.types.keys()]
  await opened.listen(api())
  openApp(boot, owner, { isWorker: false })
  boot.log.info({ role: boot.config.role, url: front?.server.url, types }, 'ready')
  return {
    banner: apiBanner(boot, {
      publicUrl: api().publicUrl,
      url: front?.server.url ?? null,
      madeKey,
      types,
      firstJob: await firstJob(context.executor),
    }),
    stop: (ms) => stopInOrder({ context, front, stopping, ...engine, workersLeft: opened.workersLeft }, ms),
  }
}
