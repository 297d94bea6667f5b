/** `drain`: accepted no-op jobs to signed callbacks in another process, beside a bare loop that signs and POSTs as many. */
import type { Service } from '../test/support/service.ts'
import type { SenderOrder, SenderReport } from './bare-sender.ts'
import { type Child, startChild } from './child.ts'
import { cpuMicroseconds } from './clock.ts'
import { type Comparison, compare, type Figures } from './compare.ts'
import { type DrainClients, drainJobs } from './drain-jobs.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'
import { inRounds } from './rounds.ts'

const IN_FLIGHT = 64

export interface DrainOptions {
  rounds: number
  jobs: number
}

export async function drain(service: Service, { rounds, jobs }: DrainOptions): Promise<Comparison[]> {
  const receiver = startChild<ReceiverOrder, ReceiverReport>('./receiver.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const sender = startChild<SenderOrder, SenderReport>('./bare-sender.ts')
  try {
    const { port } = await receiver.ask({ do: 'listen' })
    const clients: DrainClients = { load, receiver, port }
    const target = { port: Number(new URL(service.url).port), pids: [service.pid] }
    const secret: string = (await service.api.call('GET', '/v1/signing-secret')).json.secret
    const body = await sampleBody(service)
    let loops = 0
    const sides = (count: number) => ({
      ringback: () => drainJobs(clients, target, 'bench.noop', count),
      bare: () => {
        loops += 1
        return drainBare(clients, sender, { port, count, inFlight: IN_FLIGHT, secret, body, round: `round-${loops}` })
      },
    })
    // Not counted: both compile their hot paths first.
    await inRounds(1, sides(Math.ceil(jobs / 4)))
    const measured = await inRounds(rounds, sides(jobs))
    return [compare('drain', measured, ['ringback', 'bare']), compare('drain, CPU', measured, ['ringback', 'bare'], 'cpuMicroseconds')]
  } finally {
    for (const child of [receiver, load, sender]) child.stop()
  }
}

async function drainBare({ receiver }: DrainClients, sender: Child<SenderOrder, SenderReport>, order: SenderOrder): Promise<Figures> {
  const { count } = order
  const cpuBefore = cpuMicroseconds([sender.pid])
  const arrived = receiver.ask({ do: 'await', count })
  const { startedAt } = await sender.ask(order)
  const { lastAt } = await arrived
  return {
    perSecond: count / ((lastAt - startedAt) / 1000),
    cpuMicroseconds: (cpuMicroseconds([sender.pid]) - cpuBefore) / count,
    p50: null,
    p99: null,
  }
}

/** What Ringback's own callbacks look like: the document of a finished job, as an event. */
async function sampleBody({ api }: Service): Promise<string> {
  const { id } = (await api.submit({ type: 'bench.noop', payload: { order: 1042 } })).json
  const document = await api.jobUntil(id, (job) => job.status === 'completed')
  return JSON.stringify({ type: 'job.completed', timestamp: document.finished_at, data: document })
}
