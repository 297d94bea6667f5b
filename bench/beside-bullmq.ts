/**
 * `mixed` and `steady`: the whole way of a job, submit to callback, of Ringback in one process and on Redis with two workers, beside
 * BullMQ and a plain sender (`bullmq-service.ts`). CPU time is of all processes of a side, its Redis included.
 */
import { randomBytes } from 'node:crypto'
import { newSecret } from '../src/domain/signature.ts'
import { startRedis, type TestRedis } from '../test/support/redis.ts'
import { ADMIN_KEY } from '../test/support/service.ts'
import type { BullmqServiceOrder } from './bullmq-service.ts'
import { type Child, startChild } from './child.ts'
import { cpuMicroseconds, machineTime } from './clock.ts'
import { type Comparison, compare, type Figures } from './compare.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import type { Target } from './http-round.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'
import { inRounds } from './rounds.ts'
import { submitRequest } from './submit-request.ts'
import { measurePaced } from './topologies/latency.ts'
import type { PacedOrder, PacedReport } from './topologies/paced-load.ts'
import { startEmbedded, startOnRedis } from './topologies/running-topology.ts'

const WORKERS = 2
const CONNECTIONS = 64
/** Submissions a second of `steady`. */
const RATES = [200, 50]
/** The last one is the measure of the others. */
const SIDES = ['embedded', 'redis', 'BullMQ'] as const
type Sides = Record<(typeof SIDES)[number], Target>

/** `jobs` submitted at 64 in flight, run and called back meanwhile: from the first submit to the last callback. */
export function mixed({ rounds, jobs }: { rounds: number; jobs: number }): Promise<Comparison[]> {
  return withSides(async (targets) => {
    const receiver = startChild<ReceiverOrder, ReceiverReport>('./receiver.ts')
    const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
    try {
      const { port } = await receiver.ask({ do: 'listen' })
      const sides = (count: number) => eachSide(targets, (target) => measureMixed(load, receiver, port, target, count))
      // Not counted: all of them compile their hot paths first.
      await inRounds(1, sides(Math.ceil(jobs / 2)))
      const measured = await inRounds(rounds, sides(jobs))
      return [compare('mixed, rate', measured, SIDES), compare('mixed, CPU', measured, SIDES, 'cpuMicroseconds')]
    } finally {
      for (const child of [receiver, load]) child.stop()
    }
  })
}

async function measureMixed(
  load: Child<LoadOrder, LoadReport>,
  receiver: Child<ReceiverOrder, ReceiverReport>,
  receiverPort: number,
  { port, pids }: Target,
  count: number,
): Promise<Figures> {
  const callback_url = `http://127.0.0.1:${receiverPort}/hooks`
  const before = cpuMicroseconds(pids)
  const arrived = receiver.ask({ do: 'await', count })
  const startedAt = machineTime()
  const { p50, p99 } = await load.ask({
    port,
    connections: CONNECTIONS,
    ms: Number.MAX_SAFE_INTEGER,
    count,
    requests: [submitRequest({ type: 'bench.noop', payload: { order: 1042 }, callback_url })],
    expectedStatus: 202,
  })
  const { lastAt } = await arrived
  const cpu = (cpuMicroseconds(pids) - before) / count
  return { perSecond: count / ((lastAt - startedAt) / 1000), cpuMicroseconds: cpu, p50, p99 }
}

/** Jobs at a steady rate: the CPU of each, and the time from its 202 to its callback. `roundMs` milliseconds a round. */
export function steady({ rounds, roundMs }: { rounds: number; roundMs: number }): Promise<Comparison[]> {
  return withSides(async (targets) => {
    const load = startChild<PacedOrder, PacedReport>('./topologies/paced-load.ts')
    try {
      const comparisons: Comparison[] = []
      for (const perSecond of RATES) {
        const sides = (ms: number) => eachSide(targets, (target) => measurePaced(load, target, perSecond, ms))
        await inRounds(1, sides(roundMs / 2))
        comparisons.push(compare(`steady ${perSecond}/s, CPU`, await inRounds(rounds, sides(roundMs)), SIDES, 'cpuMicroseconds'))
      }
      return comparisons
    } finally {
      load.stop()
    }
  })
}

function eachSide(targets: Sides, measure: (target: Target) => Promise<Figures>): Record<keyof Sides, () => Promise<Figures>> {
  const { embedded, redis, BullMQ } = targets
  return { embedded: () => measure(embedded), redis: () => measure(redis), BullMQ: () => measure(BullMQ) }
}

/** Starts all sides and ends them after `measure`. */
async function withSides(measure: (targets: Sides) => Promise<Comparison[]>): Promise<Comparison[]> {
  const closing: (() => Promise<void> | void)[] = []
  try {
    const embedded = await startEmbedded()
    closing.push(embedded.close)
    const redis = await startOnRedis(WORKERS)
    closing.push(redis.close)
    const ownRedis = await startRedis({ aof: 'everysec' })
    closing.push(ownRedis.close)
    const service = startChild<BullmqServiceOrder, { port: number }>('./bullmq-service.ts')
    closing.push(service.stop)
    const { port } = await service.ask({ redisUrl: ownRedis.url, key: ADMIN_KEY, secret: newSecret(randomBytes(32)) })
    return await measure({
      embedded,
      redis: { port: redis.port, pids: [...redis.pids, await pidOf(redis.redis)] },
      BullMQ: { port, pids: [service.pid, await pidOf(ownRedis)] },
    })
  } finally {
    for (const close of closing.toReversed()) await close()
  }
}

async function pidOf(redis: TestRedis): Promise<number> {
  const info = String(await redis.ask('INFO', 'server'))
  return Number(/^process_id:(\d+)/m.exec(info)?.[1])
}
