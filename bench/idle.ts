/** `idle`: what the service costs while nobody asks it for anything, in both topologies at the same time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { memoryOf } from '../fault/harness/process-figures.ts'
import { startChild } from './child.ts'
import { cpuMicroseconds } from './clock.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import { type IdleFigures, type IdleSample, idleFigures, pidOfRedis } from './idle-figures.ts'
import { submitRequest } from './submit-request.ts'
import { type RunningTopology, startEmbedded, startOnRedis } from './topologies/running-topology.ts'

const WORKERS = 2
/** What a start and a first job set going has ended by then, milliseconds. */
const SETTLE_MS = 15_000

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9/hooks'
const CONNECTIONS = 64
/** What has not ended by then never will, milliseconds. */
const PATIENCE_MS = 1_800_000
const MEBIBYTE = 1024 * 1024

export interface IdleOptions {
  rounds: number
  /** That wait for another try, in the one process. */
  deliveries: number
  print: (line: string) => void
  /** Of one round, milliseconds. */
  roundMs: number
}

export async function idle({ rounds, roundMs, deliveries, print }: IdleOptions): Promise<IdleFigures> {
  const started: RunningTopology[] = []
  let connection: Redis | null = null
  try {
    const embedded = await startEmbedded()
    started.push(embedded)
    const onRedis = await startOnRedis(WORKERS)
    started.push(onRedis)
    const redis = new Redis(onRedis.redis.url, { protocol: 2 })
    connection = redis
    for (const { api } of started) await runOneJob(api)
    if (deliveries > 0) await layWaiting(embedded, deliveries)
    await sleep(SETTLE_MS)

    const processes: [name: string, pid: number][] = [
      ['embedded', embedded.api.pid],
      ['api', onRedis.api.pid],
      ...onRedis.workers.map(({ pid }, index): [string, number] => [`worker ${index + 1}`, pid]),
      ['redis-server', pidOfRedis(await redis.info('server'))],
    ]
    const look = async (): Promise<IdleSample> => ({
      at: performance.now(),
      info: await redis.info('all'),
      cpuMicroseconds: processes.map(([, pid]) => cpuMicroseconds([pid])),
    })
    const samples = [await look()]
    while (samples.length <= rounds) {
      await sleep(roundMs)
      samples.push(await look())
    }
    print(`resident memory of the one process: ${(memoryOf(embedded.api.pid).now / MEBIBYTE).toFixed(0)} MiB`)
    return idleFigures(
      processes.map(([name]) => name),
      samples,
    )
  } finally {
    connection?.disconnect()
    for (const topology of started) await topology.close()
  }
}

/** So that everything has been in use once. */
async function runOneJob(api: RunningTopology['api']): Promise<void> {
  const { id } = (await api.api.submit({ type: 'bench.noop', payload: {} })).json
  await api.api.jobUntil(id, (job) => job.status === 'completed')
}

/** Jobs that are done and whose callbacks reach nobody: their destination's breaker opens, and they wait for later. */
async function layWaiting({ port, api }: RunningTopology, count: number): Promise<void> {
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  try {
    const requests = [submitRequest({ type: 'bench.noop', payload: 1, callback_url: NOWHERE })]
    await load.ask({ port, connections: CONNECTIONS, ms: PATIENCE_MS, count, requests, expectedStatus: 202 })
  } finally {
    load.stop()
  }
  for (const givenUpAt = performance.now() + PATIENCE_MS; performance.now() < givenUpAt; await sleep(1_000)) {
    const open = await Promise.all(['pending', 'running'].map((status) => api.api.call('GET', `/v1/jobs?status=${status}&limit=1`)))
    if (open.every(({ json }) => json.data.length === 0)) return
  }
  throw new Error(`not all of ${count} jobs have ended`)
}
