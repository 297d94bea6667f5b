/** `slow-disk`: submits and status GETs while every fsync takes longer, beside a service whose fsyncs are only traced. */
import { fileURLToPath } from 'node:url'
import { straceObstacle, traced } from '../fault/harness/strace.ts'
import { figuresOf } from '../test/support/figures.ts'
import { ADMIN_KEY, removeFolder, type Service, startService, tempFolder } from '../test/support/service.ts'
import { type Child, startChild } from './child.ts'
import { type Comparison, compare, type Figures, median } from './compare.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import { ACCEPT, measureRound, type Target } from './http-round.ts'
import { inRounds } from './rounds.ts'

const HANDLERS = fileURLToPath(new URL('./handlers', import.meta.url))
const SYNCS = ['fsync', 'fdatasync']
const DELAY_MS = 5
/** Status GETs in flight beside the submits. */
const READERS = 2

type Side = 'slow' | 'plain'
type Loads = Record<'submits' | 'reads', Child<LoadOrder, LoadReport>>

/** What was seen beside the submits, by round. */
interface Beside {
  reads: Figures[]
  /** Delays of the event loop that one timer in a hundred met, milliseconds. */
  loopP99: number[]
}

/** Prints the delay of the event loops; the comparisons are for the table. */
export async function slowDisk(options: { rounds: number; roundMs: number; print: (line: string) => void }): Promise<Comparison[]> {
  const { rounds, roundMs, print } = options
  const obstacle = straceObstacle()
  if (obstacle !== null) throw new Error(`there is no strace here: ${obstacle}`)
  const loads: Loads = { submits: startChild('./http-load.ts'), reads: startChild('./http-load.ts') }
  const folders = [await tempFolder(), await tempFolder()] as const
  const start = (dataDir: string, under: string[]) => startService({ dataDir, handlersDir: HANDLERS, env: { LOG_LEVEL: 'warn' }, under })
  const slow = await start(folders[0], traced(SYNCS, `delay_exit=${DELAY_MS * 1000}`))
  const plain = await start(folders[1], traced(SYNCS))
  try {
    const beside: Record<Side, Beside> = { slow: { reads: [], loopP99: [] }, plain: { reads: [], loopP99: [] } }
    const sides = { slow: () => look(slow, loads, roundMs, beside.slow), plain: () => look(plain, loads, roundMs, beside.plain) }
    // Not counted: both compile their hot paths first.
    await inRounds(1, sides)
    for (const side of Object.values(beside)) Object.assign(side, { reads: [], loopP99: [] })
    const submits = await inRounds(rounds, sides)
    const reads = beside.slow.reads.map((figures, round) => ({ slow: figures, plain: beside.plain.reads[round] ?? figures }))
    const delay = (side: Side) => median(beside[side].loopP99).toFixed(1)
    print(`delay of the event loop, p99: ${delay('slow')} ms on the slow disk, ${delay('plain')} ms without`)
    return [compare('submits', submits, ['slow', 'plain'], 'p99'), compare('status GETs', reads, ['slow', 'plain'], 'p99')]
  } finally {
    for (const load of Object.values(loads)) load.stop()
    for (const service of [slow, plain]) await service.kill()
    for (const folder of folders) await removeFolder(folder)
  }
}

async function look(service: Service, loads: Loads, ms: number, beside: Beside): Promise<Figures> {
  const target: Target = { port: Number(new URL(service.url).port), pids: [service.pid] }
  const { id } = (await service.api.submit({ type: 'bench.noop', payload: 1 })).json
  const get = `GET /v1/jobs/${id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\n\r\n`
  await loopDelay(service)
  const [submits, reads] = await Promise.all([
    measureRound(loads.submits, target, ACCEPT, ms),
    measureReads(loads.reads, target.port, get, ms),
  ])
  beside.reads.push(reads)
  beside.loopP99.push(await loopDelay(service))
  return submits
}

async function measureReads(load: Loads['reads'], port: number, request: string, ms: number): Promise<Figures> {
  const order = { port, connections: READERS, ms, count: Number.MAX_SAFE_INTEGER, requests: [request], expectedStatus: 200 }
  const { count, p50, p99, ms: took } = await load.ask(order)
  return { perSecond: count / (took / 1000), cpuMicroseconds: null, p50, p99 }
}

/** Since it was asked last, as the service's own metrics tell it. */
async function loopDelay({ api }: Service): Promise<number> {
  const figures = figuresOf((await api.call('GET', '/metrics')).text)
  return (figures.get('nodejs_eventloop_lag_p99_seconds') ?? Number.NaN) * 1000
}
