/** `accept` and `status`: requests a second of Ringback and of the bare server, in alternating rounds under the same load. */
import { ADMIN_KEY, type Service } from '../test/support/service.ts'
import type { BareServerOrder } from './bare-server.ts'
import { type Child, startChild } from './child.ts'
import { cpuMicroseconds } from './clock.ts'
import { type Comparison, compare, type Figures, type Pair } from './compare.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'

const CONNECTIONS = 64
const READ_JOBS = 1000
/** Far enough that no job is run in between: what is measured is the 202 alone. `drain` measures the rest. */
const LATER = new Date(Date.now() + 24 * 3_600_000).toISOString()

export interface HttpOptions {
  rounds: number
  /** Of one round, milliseconds. */
  roundMs: number
}

interface Target {
  port: number
  pid: number
}

/** Durable 202s a second. */
export function accept(service: Service, options: HttpOptions): Promise<Comparison> {
  const body = JSON.stringify({
    type: 'bench.noop',
    payload: { order: 1042, lines: [{ sku: 'A-1', count: 2 }] },
    callback_url: 'https://partner.example/hooks',
    run_at: LATER,
  })
  const head = `POST /v1/jobs HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\ncontent-type: application/json\r\n`
  const request = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  return inPairs('accept', service, options, [request], 202)
}

/** Status GETs a second, over finished jobs. */
export async function status(service: Service, options: HttpOptions): Promise<Comparison> {
  const ids: string[] = []
  for (let n = 0; n < READ_JOBS; n += 1) ids.push((await service.api.submit({ type: 'bench.noop', payload: n })).json.id)
  for (const id of ids) await service.api.jobUntil(id, (job) => job.status === 'completed')
  const requests = ids.map((id) => `GET /v1/jobs/${id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\n\r\n`)
  return inPairs('status', service, options, requests, 200)
}

async function inPairs(
  name: string,
  service: Service,
  { rounds, roundMs }: HttpOptions,
  requests: string[],
  expectedStatus: number,
): Promise<Comparison> {
  const bareServer = startChild<BareServerOrder, { port: number }>('./bare-server.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const { port } = await bareServer.ask({ key: ADMIN_KEY })
  const targets = { ringback: { port: Number(new URL(service.url).port), pid: service.pid }, bare: { port, pid: bareServer.pid } }
  const measure = (target: Target, ms: number) =>
    measureRound(load, target, {
      port: target.port,
      connections: CONNECTIONS,
      ms,
      count: Number.MAX_SAFE_INTEGER,
      requests,
      expectedStatus,
    })
  try {
    // Not counted: both servers compile their hot paths first.
    await measure(targets.bare, roundMs / 2)
    await measure(targets.ringback, roundMs / 2)
    const pairs: Pair[] = []
    for (let round = 0; round < rounds; round += 1) {
      // Each goes first as often as the other.
      const order = round % 2 === 0 ? (['ringback', 'bare'] as const) : (['bare', 'ringback'] as const)
      const figures = new Map<string, Figures>()
      for (const who of order) figures.set(who, await measure(targets[who], roundMs))
      const [ringback, bare] = [figures.get('ringback'), figures.get('bare')]
      if (ringback && bare) pairs.push({ ringback, bare })
    }
    return compare(name, pairs)
  } finally {
    load.stop()
    bareServer.stop()
  }
}

async function measureRound(load: Child<LoadOrder, LoadReport>, { pid }: Target, order: LoadOrder): Promise<Figures> {
  const before = cpuMicroseconds(pid)
  const { count, ms, p50, p99 } = await load.ask(order)
  return { perSecond: count / (ms / 1000), cpuMicroseconds: (cpuMicroseconds(pid) - before) / count, p50, p99 }
}
