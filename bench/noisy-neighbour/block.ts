/**
 * A block of `neighbour`: two fresh services side by side, the same work done by both, but the backlog of one goes to a
 * destination that hangs. Then rounds of the same load on both in turns.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { HANDLERS } from '../../fault/harness/builds.ts'
import { untilAllEnded } from '../../fault/harness/settle.ts'
import { type Answer, type Api, createApi } from '../../test/support/api.ts'
import { startInstallation } from '../../test/support/installation.ts'
import { startRedis, type TestRedis } from '../../test/support/redis.ts'
import { ADMIN_KEY, removeFolder, type Service, tempFolder } from '../../test/support/service.ts'
import { startChild } from '../child.ts'
import { type Pair, p99 } from '../paired-figures.ts'
import type { ReceiversOrder, ReceiversReport } from './receivers.ts'

const RECEIVERS = new URL('./receivers.ts', import.meta.url).href
const OTHERS = 8
const CLIENTS = 64
const TICK_MS = 5
const SLICE_MS = 150

export interface BlockOptions {
  pairs: number
  /** Deliveries that wait for the hung destination. */
  backlog: number
  roundMs: number
  /** How long after a round its last callbacks are waited for. */
  graceMs: number
  /** Processes of each service beside its API, over a Redis of its own; with none it is one process. */
  workers: number
  preload?: readonly URL[]
}

export interface BlockReport {
  pairs: Pair[]
  /** Jobs a second, from submit to callback, that a service does here; the rounds get half of it. */
  capacity: number
  /** Still waiting for the hung destination at the end. */
  waiting: number
  /** Requests the hung destination took. */
  hung: number
}

interface Side {
  processes: readonly Service[]
  redis: TestRedis | null
  api: Api
}

export async function runBlock({ pairs: count, backlog, roundMs, graceMs, workers, preload = [] }: BlockOptions): Promise<BlockReport> {
  const folder = await tempFolder()
  const receivers = startChild<ReceiversOrder, ReceiversReport>(RECEIVERS)
  const start = async (name: string): Promise<Side> => {
    const redis = workers === 0 ? null : await startRedis()
    const options = { dataDir: `${folder}/${name}`, handlersDir: HANDLERS, env: { LOG_LEVEL: 'warn' }, preload }
    const service = await startInstallation({ ...options, redisUrl: redis?.url ?? null, workers })
    return { processes: [service.api, ...service.workers], redis, api: createApi(service.api.url, ADMIN_KEY, CLIENTS) }
  }
  const sides: Side[] = []
  try {
    const ports = await receivers.ask({ do: 'listen', others: OTHERS })
    const other = (path: string) => (n: number) => `http://127.0.0.1:${ports.others[n % OTHERS]}${path}`
    const hungOrigin = `http://127.0.0.1:${ports.hung}`
    const without = await start('without')
    sides.push(without)
    const beside = await start('beside')
    sides.push(beside)

    // Both have done the same before the rounds; only where the second half of it went differs.
    const fill = async ({ api }: Side, path: string): Promise<number> => {
      const startedAt = Date.now()
      await submitAll(api, backlog, other(path))
      const { latencies, lastAt } = await receivers.ask({ do: 'hits', path, count: backlog, ms: 60_000 })
      if (latencies.length < backlog) throw new Error(`only ${latencies.length} of ${backlog} callbacks came in a minute`)
      return (backlog * 1000) / (lastAt - startedAt)
    }
    await fill(beside, '/fill-1')
    const capacity = await fill(without, '/fill-2')
    await fill(without, '/fill-3')
    await submitAll(beside.api, backlog, () => `${hungOrigin}/hung`)
    await untilAllEnded(beside.api)

    const round = async (name: string): Promise<Pair> => {
      const paths = [`/beside-${name}`, `/without-${name}`] as const
      const sent = await submitInTurns([beside.api, without.api], capacity / 2, roundMs, (side, n) => other(paths[side])(n))
      const p99Of = async (side: 0 | 1) => {
        const { latencies } = await receivers.ask({ do: 'hits', path: paths[side], count: sent[side], ms: graceMs })
        return p99(latencies, sent[side])
      }
      return { beside: await p99Of(0), without: await p99Of(1) }
    }
    // Not counted: it warms limits and connections.
    await round('warm-up')
    const pairs: Pair[] = []
    while (pairs.length < count) pairs.push(await round(`${pairs.length}`))
    const { taken } = await receivers.ask({ do: 'hits', path: '/', count: 0, ms: 0 })
    return { pairs, capacity, waiting: await countWaiting(beside.api, hungOrigin), hung: taken }
  } finally {
    for (const { processes, redis, api } of sides) {
      for (const process of processes) await process.kill()
      await redis?.close()
      await api.close()
    }
    receivers.stop()
    await removeFolder(folder)
  }
}

async function submit(api: Api, url: string): Promise<void> {
  const answer = await api.submit({ type: 'fault.noop', payload: {}, callback_url: url })
  if (answer.status !== 202) throw new Error(`a submit was refused: ${answer.status} ${answer.text}`)
}

/** So many jobs as fast as they are accepted. */
async function submitAll(api: Api, count: number, urlOf: (n: number) => string): Promise<void> {
  let sent = 0
  const client = async () => {
    while (sent < count) await submit(api, urlOf(sent++))
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

/**
 * Jobs at a steady rate, whatever the services make of them, for `ms` milliseconds each: a slice on the one, a slice on the
 * other, and so on, so that what disturbs the machine disturbs both. Answers how many each got.
 */
async function submitInTurns(
  apis: readonly [Api, Api],
  perSecond: number,
  ms: number,
  urlOf: (side: 0 | 1, n: number) => string,
): Promise<[number, number]> {
  const sent: [number, number] = [0, 0]
  const submitted: Promise<void>[] = []
  const startedAt = performance.now()
  for (let passed = 0; passed < 2 * ms; passed = performance.now() - startedAt) {
    const side = Math.floor(passed / SLICE_MS) % 2 === 0 ? 0 : 1
    while (submitted.length < (perSecond * passed) / 1000) submitted.push(submit(apis[side], urlOf(side, sent[side]++)))
    await sleep(TICK_MS)
  }
  await Promise.all(submitted)
  return sent
}

/** Deliveries that are not done yet, those being tried included. */
async function countWaiting(api: Api, destination: string): Promise<number> {
  const query = `/v1/deliveries?status=pending&destination=${encodeURIComponent(destination)}&limit=100`
  let count = 0
  for (let path: string | null = query; path !== null; ) {
    const answer: Answer = await api.call('GET', path)
    const { data, has_more, next_cursor } = answer.json
    count += data.length
    path = has_more ? `${query}&cursor=${next_cursor}` : null
  }
  return count
}
