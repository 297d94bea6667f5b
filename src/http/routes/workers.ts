/** GET /v1/workers */

import { workerInfo } from '../../lifecycle/engine/worker-info.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { WorkerProcess } from '../../ports/workers.ts'
import { timestamp } from '../../wire/job-document.ts'
import { listSchema } from '../../wire/schemas/common.ts'
import { ListWorkers, Worker } from '../../wire/schemas/worker.ts'
import { readPage, respondPage } from '../kit/page.ts'
import { defineRoute } from '../kit/route.ts'

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
  async handle({ context, query, request }) {
    const { limit, before } = readPage(LIST, null, query)
    const start = before ?? 0
    const processes = await allProcesses(context)
    const rows = processes.slice(start, start + limit).map((one) => JSON.stringify(wireWorker(one)))
    const next = start + limit < processes.length ? start + limit : null
    return respondPage(LIST, null, { rows, next }, request.url, context.settings.publicUrl())
  },
})

/** This process is told as it is now, and also where it is no registered worker. */
async function allProcesses(context: Context): Promise<WorkerProcess[]> {
  const others = (await context.store.workers.all()).filter(({ id }) => id !== context.identity.current())
  const own = {
    id: context.identity.current(),
    startedAt: context.identity.info.startedAt,
    renewedAt: context.clock.now(),
    card: workerInfo(context),
  }
  return [own, ...others].sort((a, b) => a.startedAt - b.startedAt)
}

function wireWorker({ id, startedAt, renewedAt, card }: WorkerProcess) {
  const { role, host, pid, version, threads, running } = card
  const times = { started_at: timestamp(startedAt), heartbeat_at: timestamp(renewedAt) }
  return { id, role, host, pid, version, ...times, threads, running }
}
