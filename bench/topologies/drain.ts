/** The drain of all topologies, and of a bare BullMQ queue on the same Redis. */
import { type Child, startChild } from '../child.ts'
import { cpuMicroseconds } from '../clock.ts'
import { type Comparison, compare, type Figures } from '../compare.ts'
import { type DrainClients, drainJobs } from '../drain-jobs.ts'
import { inRounds } from '../rounds.ts'
import type { BullmqOrder, BullmqReport } from './bare-bullmq.ts'
import type { Compared } from './running-topology.ts'

/** As many as a Ringback worker runs at a time by default. */
const CONCURRENCY = 16

type BareBullmq = Child<BullmqOrder, BullmqReport>

export async function drainTopologies(
  clients: DrainClients,
  { embedded, redis, postgres }: Compared,
  rounds: number,
  jobs: number,
): Promise<Comparison[]> {
  const redisUrl = redis.redis.url
  const adder: BareBullmq = startChild('./topologies/bare-bullmq.ts')
  const workers = redis.workers.map((): BareBullmq => startChild('./topologies/bare-bullmq.ts'))
  try {
    await Promise.all(workers.map((worker) => worker.ask({ do: 'process', redisUrl, concurrency: CONCURRENCY })))
    const sides = (count: number) => ({
      postgres: () => drainJobs(clients, postgres, 'bench.noop', count),
      redis: () => drainJobs(clients, redis, 'bench.noop', count),
      embedded: () => drainJobs(clients, embedded, 'bench.noop', count),
      'bare BullMQ': () => drainBare(adder, workers, { do: 'add', redisUrl, count }),
    })
    // Not counted: all of them compile their hot paths first.
    await inRounds(1, sides(Math.ceil(jobs / 4)))
    const measured = await inRounds(rounds, sides(jobs))
    return [compare('drain', measured, ['postgres', 'redis', 'embedded']), compare('drain and BullMQ', measured, ['redis', 'bare BullMQ'])]
  } finally {
    for (const child of [adder, ...workers]) child.stop()
  }
}

async function drainBare(adder: BareBullmq, workers: readonly BareBullmq[], order: Extract<BullmqOrder, { do: 'add' }>): Promise<Figures> {
  const pids = [adder, ...workers].map(({ pid }) => pid)
  const before = cpuMicroseconds(pids)
  const { ms } = await adder.ask(order)
  return {
    perSecond: order.count / (ms / 1000),
    cpuMicroseconds: (cpuMicroseconds(pids) - before) / order.count,
    p50: null,
    p99: null,
  }
}
