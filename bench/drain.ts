/** `drain`: accepted no-op jobs to signed callbacks in another process, beside a bare loop that signs and POSTs as many. */
import { ADMIN_KEY, type Service } from '../test/support/service.ts'
import type { SenderOrder, SenderReport } from './bare-sender.ts'
import { type Child, startChild } from './child.ts'
import { cpuMicroseconds, machineTime } from './clock.ts'
import { type Comparison, compare, type Figures, type Pair } from './compare.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'

const CONNECTIONS = 64
/** All jobs become due at one moment, which must come after the last 202: so many times later than a first sample foretells. */
const MARGIN = 3
const SAMPLE = 500
const FAR = new Date(Date.now() + 24 * 3_600_000)

export interface DrainOptions {
  rounds: number
  jobs: number
}

interface Crew {
  service: Service
  load: Child<LoadOrder, LoadReport>
  sender: Child<SenderOrder, SenderReport>
  receiver: Child<ReceiverOrder, ReceiverReport>
  port: number
}

export async function drain(service: Service, { rounds, jobs }: DrainOptions): Promise<Comparison> {
  const receiver = startChild<ReceiverOrder, ReceiverReport>('./receiver.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const sender = startChild<SenderOrder, SenderReport>('./bare-sender.ts')
  try {
    const { port } = await receiver.ask({ do: 'listen' })
    const crew: Crew = { service, load, sender, receiver, port }
    const secret: string = (await service.api.call('GET', '/v1/signing-secret')).json.secret
    const body = await sampleBody(service)
    const pair = async (round: string, count: number): Promise<Pair> => {
      const bare = await drainBare(crew, count, { secret, body, round })
      return { ringback: await drainJobs(crew, count), bare }
    }
    // Not counted: both compile their hot paths first.
    await pair('warm-up', Math.ceil(jobs / 4))
    const pairs: Pair[] = []
    for (let round = 1; round <= rounds; round += 1) pairs.push(await pair(`round-${round}`, jobs))
    return compare('drain', pairs)
  } finally {
    for (const child of [receiver, load, sender]) child.stop()
  }
}

/** Accepts the jobs for one moment, waits for it, and counts from there to the last callback. */
async function drainJobs({ service, load, receiver, port }: Crew, jobs: number): Promise<Figures> {
  const submit = (count: number, ms: number, runAt: Date) =>
    load.ask({
      port: Number(new URL(service.url).port),
      connections: CONNECTIONS,
      ms,
      count,
      requests: [submitRequest(`http://127.0.0.1:${port}/hooks`, runAt)],
      expectedStatus: 202,
    })
  const sample = await submit(SAMPLE, Number.MAX_SAFE_INTEGER, FAR)
  const waitMs = Math.ceil((sample.ms / SAMPLE) * jobs * MARGIN)
  const dueAt = machineTime() + waitMs
  const accepted = await submit(jobs, waitMs, new Date(Date.now() + waitMs))
  if (accepted.count < jobs) throw new Error(`only ${accepted.count} of ${jobs} jobs were accepted before they became due`)
  const cpuBefore = cpuMicroseconds(service.pid)
  const { lastAt } = await receiver.ask({ do: 'await', count: jobs })
  return {
    perSecond: jobs / ((lastAt - dueAt) / 1000),
    cpuMicroseconds: (cpuMicroseconds(service.pid) - cpuBefore) / jobs,
    p50: null,
    p99: null,
  }
}

async function drainBare(
  { sender, receiver, port }: Crew,
  count: number,
  { secret, body, round }: { secret: string; body: string; round: string },
): Promise<Figures> {
  const cpuBefore = cpuMicroseconds(sender.pid)
  const arrived = receiver.ask({ do: 'await', count })
  const { startedAt } = await sender.ask({ port, count, inFlight: CONNECTIONS, secret, body, round })
  const { lastAt } = await arrived
  return {
    perSecond: count / ((lastAt - startedAt) / 1000),
    cpuMicroseconds: (cpuMicroseconds(sender.pid) - cpuBefore) / count,
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

function submitRequest(callbackUrl: string, runAt: Date): string {
  const body = JSON.stringify({ type: 'bench.noop', payload: { order: 1042 }, callback_url: callbackUrl, run_at: runAt.toISOString() })
  const head = `POST /v1/jobs HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\ncontent-type: application/json\r\n`
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
