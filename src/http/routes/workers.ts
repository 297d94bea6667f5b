/** GET /v1/workers */
import { timestamp } from '../../domain/job-document.ts'
import { workerCard } from '../../lifecycle/worker-card.ts'
import type { World } from '../../lifecycle/world.ts'
import type { WorkerProcess } from '../../ports.ts'
import { readPage, respondPage } from '../page.ts'
import { defineRoute } from '../route.ts'
import { listSchema } from '../schemas/common.ts'
import { ListWorkers, Worker } from '../schemas/worker.ts'

const LIST = 'workers'

export const workersRoute = defineRoute({
  method: 'get',
  path: '/v1/workers',
  operationId: 'listWorkers',
  summary: 'The processes of this installation: roles, threads, and what they run',
  tag: 'Service',
  scope: 'admin',
  query: ListWorkers,
  responses: {
    200: { description: 'A page of processes.', schema: listSchema(Worker), headers: { link: 'The next page, `rel="next"`.' } },
  },
  async handle({ world, query, request }) {
    const { limit, before } = readPage(LIST, null, query)
    const start = before ?? 0
    const processes = await allProcesses(world)
    const rows = processes.slice(start, start + limit).map((one) => JSON.stringify(wireWorker(one)))
    const next = start + limit < processes.length ? start + limit : null
    return respondPage(LIST, null, { rows, next }, request.url, world.settings.publicUrl)
  },
})

/** This process is told as it is now, and also where it is no registered worker. */
async function allProcesses(world: World): Promise<WorkerProcess[]> {
  const others = (await world.store.workers()).filter(({ id }) => id !== world.worker)
  const own = { id: world.worker, startedAt: world.process.startedAt, renewedAt: world.clock.now(), card: workerCard(world) }
  return [own, ...others].sort((a, b) => a.startedAt - b.startedAt)
}

function wireWorker({ id, startedAt, renewedAt, card }: WorkerProcess) {
  const { role, host, pid, version, threads, running } = card
  const times = { started_at: timestamp(startedAt), heartbeat_at: timestamp(renewedAt) }
  return { id, role, host, pid, version, ...times, threads, running }
}
