/** `idle`: what the service costs while nobody asks it for anything, in both topologies at the same time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { cpuMicroseconds } from './clock.ts'
import { type IdleFigures, type IdleSample, idleFigures, pidOfRedis } from './idle-figures.ts'
import { type RunningTopology, startEmbedded, startOnRedis } from './topologies/running-topology.ts'

const WORKERS = 2
/** What a start and a first job set going has ended by then, milliseconds. */
const SETTLE_MS = 15_000

export interface IdleOptions {
  rounds: number
  /** Of one round, milliseconds. */
  roundMs: number
}

export async function idle({ rounds, roundMs }: IdleOptions): Promise<IdleFigures> {
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
