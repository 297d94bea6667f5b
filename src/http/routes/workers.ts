/** GET /v1/workers */
import { workerInfo } from '../../lifecycle/engine/worker-info.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { WorkerProcess } from '../../ports/workers.ts'
import { workerDocument } from '../../wire/documents/worker.ts'
import { ListWorkers, Worker } from '../../wire/schemas/worker.ts'
import { listRoute } from '../kit/list-route.ts'
import { pageOf } from '../kit/page.ts'

/** The list of processes. */
export const workersRoute = listRoute({
  path: '/v1/workers',
  operationId: 'listWorkers',
  summary: 'The processes of this installation: roles, threads, and what they run',
  tag: 'Service',
  scope: 'admin:read',
  list: 'workers',
  noun: 'processes',
  query: ListWorkers,
  item: Worker,
  owner: () => null,
  page: async (page, { context }) => pageOf(await listProcesses(context), page),
  document: (process) => JSON.stringify(workerDocument(process)),
})

/** Every process, oldest first. This one is described as it is at present, also when it is no registered worker. */
export async function listProcesses(context: Context): Promise<WorkerProcess[]> {
  const others = (await context.store.workers.all()).filter(({ id }) => id !== context.identity.current())
  const own = {
    id: context.identity.current(),
    startedAt: context.identity.info.startedAt,
    renewedAt: context.clock.now(),
    info: workerInfo(context),
  }
  return [own, ...others].sort((a, b) => a.startedAt - b.startedAt)
}
