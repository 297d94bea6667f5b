/** `grow`: a service on a database with millions of finished jobs beside one on an empty database. */
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { memoryOf } from '../../fault/harness/process-figures.ts'
import { ADMIN_KEY, type Service, startService, tempFolder } from '../../test/support/service.ts'
import { startChild } from '../child.ts'
import { type Comparison, compare, type Figures, median } from '../compare.ts'
import { type DrainClients, drainJobs } from '../drain-jobs.ts'
import type { LoadOrder, LoadReport } from '../http-load.ts'
import { ACCEPT, measureRound, type Requests, type Target } from '../http-round.ts'
import type { ReceiverOrder, ReceiverReport } from '../receiver.ts'
import { inRounds } from '../rounds.ts'
import { layFinished } from './lay-finished.ts'
import { measurePage, openSession, PAGES } from './pages.ts'

const HANDLERS = fileURLToPath(new URL('../handlers', import.meta.url))
const READ_JOBS = 1_000
const MEBIBYTE = 1024 * 1024

export interface GrowOptions {
  rounds: number
  roundMs: number
  /** Finished jobs in the file. */
  finished: number
  /** Drained in a round. */
  jobs: number
  print: (line: string) => void
}

type Sides = Record<'grown' | 'empty', Service>

/** Prints starts and memory; the comparisons are for the table. */
export async function grow({ rounds, roundMs, finished, jobs, print }: GrowOptions): Promise<Comparison[]> {
  const folders = { grown: await tempFolder(), empty: await tempFolder() }
  const receiver = startChild<ReceiverOrder, ReceiverReport>('./receiver.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const running: Service[] = []
  const start = async (dataDir: string) => {
    const service = await startService({ dataDir, handlersDir: HANDLERS, env: { LOG_LEVEL: 'warn' } })
    running.push(service)
    return service
  }
  try {
    await layFinished(folders.grown, finished)
    const readyMs = await measureStarts(start, folders, rounds)
    print(`start to ready: ${readyMs.grown.toFixed(0)} ms with ${finished} finished jobs, ${readyMs.empty.toFixed(0)} ms with none`)
    const services: Sides = { grown: await start(folders.grown), empty: await start(folders.empty) }
    const { port } = await receiver.ask({ do: 'listen' })
    const clients: DrainClients = { load, receiver, port }
    const both = (measure: (service: Service, name: keyof Sides) => Promise<Figures>) => ({
      grown: () => measure(services.grown, 'grown'),
      empty: () => measure(services.empty, 'empty'),
    })
    const comparisons: Comparison[] = []
    const add = async (name: string, sides: ReturnType<typeof both>, warmUp: ReturnType<typeof both>, of: 'perSecond' | 'p50') => {
      print(`  ${name}`)
      // Not counted: both compile their hot paths first, and the one has its pages in memory.
      await inRounds(1, warmUp)
      comparisons.push(compare(name, await inRounds(rounds, sides), ['grown', 'empty'], of))
    }
    const accepting = (ms: number) => both((service) => measureRound(load, targetOf(service), ACCEPT, ms))
    await add('accept', accepting(roundMs), accepting(roundMs / 2), 'perSecond')
    const reads = { grown: await readsOf(services.grown), empty: await readsOf(services.empty) }
    const reading = (ms: number) => both((service, name) => measureRound(load, targetOf(service), reads[name], ms))
    await add('status', reading(roundMs), reading(roundMs / 2), 'perSecond')
    const draining = (count: number) => both((service) => drainJobs(clients, targetOf(service), 'bench.noop', count))
    await add('drain', draining(jobs), draining(Math.ceil(jobs / 4)), 'perSecond')
    const cookies = { grown: await openSession(services.grown.url), empty: await openSession(services.empty.url) }
    for (const page of PAGES) {
      const looking = both((service, name) => measurePage(service.url, page, cookies[name]))
      await add(page, looking, looking, 'p50')
    }
    for (const [name, { pid }] of Object.entries(services)) {
      print(`peak of resident memory, ${name}: ${(memoryOf(pid).peak / MEBIBYTE).toFixed(0)} MiB`)
    }
    return comparisons
  } finally {
    for (const child of [receiver, load]) child.stop()
    for (const service of running) await service.kill()
    for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true })
  }
}

/** Medians of the milliseconds from the spawn to the first 200 of /readyz, in turns. */
async function measureStarts(
  start: (dataDir: string) => Promise<Service>,
  folders: Record<keyof Sides, string>,
  rounds: number,
): Promise<Record<keyof Sides, number>> {
  const once = async (folder: string): Promise<Figures> => {
    const service = await start(folder)
    await service.stop()
    return { perSecond: 1000 / service.readyMs, cpuMicroseconds: null, p50: service.readyMs, p99: null }
  }
  // Not counted: the first start makes the empty database.
  await once(folders.empty)
  const measured = await inRounds(rounds, { grown: () => once(folders.grown), empty: () => once(folders.empty) })
  const of = (side: keyof Sides) => median(measured.map((round) => round[side].p50 ?? Number.NaN))
  return { grown: of('grown'), empty: of('empty') }
}

/** GETs of jobs that the service has just finished. */
async function readsOf({ api }: Service): Promise<Requests> {
  const ids: string[] = []
  for (let n = 0; n < READ_JOBS; n += 1) ids.push((await api.submit({ type: 'bench.noop', payload: n })).json.id)
  for (const id of ids) await api.jobUntil(id, (job) => job.status === 'completed')
  const requests = ids.map((id) => `GET /v1/jobs/${id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\n\r\n`)
  return { requests, expectedStatus: 200 }
}

function targetOf({ url, pid }: Service): Target {
  return { port: Number(new URL(url).port), pids: [pid] }
}
