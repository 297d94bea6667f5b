import { MOST_CONNECTIONS } from '../http/server/server-limits.ts'
import type { Context } from '../lifecycle/process/context.ts'
import type { OwnerInfo } from '../store/sqlite/ipc/protocol.ts'
import type { Boot } from './boot.ts'
import { buildContext, type OpenedStore } from './build-context.ts'
import { readHandleLimit, shareHandles } from './file-handles.ts'
import { type Front, listen } from './listen.ts'
import { openExecutor } from './open-executor.ts'

/** What every role is made of, before it takes work or answers requests. */
export interface Assembled {
  context: Context
  /** Null: a worker that does not listen. */
  front: Front | null
  /** Where the API answers. */
  api: () => OwnerInfo
  /** Aborted once the process begins to stop. */
  stopping: AbortController
}

/**
 * Loads the handlers, listens, and makes the context of the lifecycle over an open store.
 *
 * @param owner where the owner of the data folder answers; absent in the owner itself
 */
export async function assemble(boot: Boot, opened: OpenedStore, owner?: () => OwnerInfo): Promise<Assembled> {
  const { config, log } = boot
  const executor = await openExecutor(boot, opened)
  const { connections, callbacks, warning } = shareHandles(readHandleLimit(), {
    connections: MOST_CONNECTIONS,
    callbacks: config.callback.concurrency,
    jobs: config.job.concurrency,
  })
  if (warning !== null) log.warn({}, warning)
  const front = await listen(boot, connections)
  const api = owner ?? ownAddress(boot, front)
  const context = await buildContext(boot, { opened, executor, api, server: front?.server ?? null, callbacks })
  return { context, front, api, stopping: new AbortController() }
}

/** The address of a process that answers the API itself. */
function ownAddress({ config }: Boot, front: Front | null): () => OwnerInfo {
  if (front === null) throw new Error('a process that owns the data folder listens')
  const { url, address, port } = front.server
  const info = { publicUrl: config.server.publicUrl ?? url, host: address, port }
  return () => info
}
