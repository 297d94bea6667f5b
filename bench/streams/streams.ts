/** `streams`: what idle streams and sockets cost, and how soon those who watch a load are told of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { COLLECT_ON_SIGNAL, residentOf } from '../../fault/harness/process-figures.ts'
import { removeFolder, type Service, startService, tempFolder } from '../../test/support/service.ts'
import { startChild } from '../child.ts'
import { cpuMicroseconds } from '../clock.ts'
import { type IdleStreams, MOST_BYTES, type StreamsFigures, streamsTable, toFrame, type WatchedLoad } from './figures.ts'
import type { HoldersOrder, HoldersReport } from './holders.ts'
import type { SubmitsOrder, SubmitsReport } from './submits.ts'
import { tenantKeys, waitingJobs } from './tenants.ts'
import type { WatchersOrder, WatchersReport } from './watchers.ts'

const HANDLERS = fileURLToPath(new URL('../handlers', import.meta.url))
const COMMIT_TIMES = new URL('./commit-times.ts', import.meta.url)
const TENANTS = 12
/** One in so many of the connections is a socket. */
const SOCKETS = 5
/** Opened, followed and closed before the memory is looked at the first time: code and tables are there then. Of all. */
const WARM_UP = 0.1
/** What opening and closing set going has ended by then, milliseconds. */
const SETTLE_MS = 3_000
/** Of the watchers, those that read the whole feed. */
const FEEDS = 4
/** Of a slice of the load that is not counted: hot paths are compiled first. Milliseconds. */
const WARM_UP_MS = 3_000

export interface StreamsBench {
  /** Streams and sockets that idle. */
  idle: number
  /** Looked at for so long while they idle, and under load; milliseconds. */
  roundMs: number
  /** Jobs a second, and who watches. */
  rate: number
  watchers: number
  print: (line: string) => void
}

export async function streams({ idle, roundMs, rate, watchers, print }: StreamsBench): Promise<StreamsFigures & { isWithin: boolean }> {
  print(`  ${idle} idle streams and sockets`)
  const idleFigures = await onService([COLLECT_ON_SIGNAL], (service) => measureIdle(service, idle, roundMs))
  print(`  ${rate} jobs a second and ${watchers} watchers`)
  const load = await onService([COMMIT_TIMES], (service, folder) => measureLoad(service, folder, { rate, watchers, roundMs }))
  const figures = { idle: idleFigures, load }
  print(streamsTable(figures))
  const isWithin = idleFigures.bytesEach <= MOST_BYTES
  if (!isWithin) print(`an idle one costs more than ${MOST_BYTES} bytes`)
  return { ...figures, isWithin }
}

async function onService<F>(preload: readonly URL[], measure: (service: Service, folder: string) => Promise<F>): Promise<F> {
  const folder = await tempFolder()
  const env = { LOG_LEVEL: 'warn', BENCH_COMMITS: join(folder, 'commits') }
  const service = await startService({ dataDir: join(folder, 'data'), handlersDir: HANDLERS, env, preload })
  try {
    return await measure(service, folder)
  } finally {
    await service.kill()
    await removeFolder(folder)
  }
}

async function measureIdle(service: Service, count: number, roundMs: number): Promise<IdleStreams> {
  const jobs = await waitingJobs(service, await tenantKeys(service, TENANTS), count)
  const sockets = jobs.filter((_, n) => n % SOCKETS === 0)
  const streamed = jobs.filter((_, n) => n % SOCKETS !== 0)
  const port = portOf(service)
  const share = <T>(all: readonly T[]) => all.slice(0, Math.ceil(all.length * WARM_UP))
  const holders = startChild<HoldersOrder, HoldersReport>('./streams/holders.ts')
  try {
    await holders.ask({ port, streams: share(streamed), sockets: share(sockets) })
    await holders.ask({ port, streams: [], sockets: [], drop: true })
    await sleep(SETTLE_MS)
    const without = { bytes: await residentOf(service), cpu: await cpuAMinute(service, roundMs) }
    const connect = await holders.ask({ port, streams: streamed, sockets })
    await sleep(SETTLE_MS)
    const beside = { bytes: await residentOf(service), cpu: await cpuAMinute(service, roundMs) }
    const { ended } = await holders.ask({ port, streams: [], sockets: [] })
    if (ended > 0) throw new Error(`${ended} of ${count} streams and sockets ended while they idled`)
    return {
      streams: streamed.length,
      sockets: sockets.length,
      tenants: TENANTS,
      bytesEach: (beside.bytes - without.bytes) / count,
      connect,
      cpuAMinute: { beside: beside.cpu, without: without.cpu },
    }
  } finally {
    holders.stop()
  }
}

async function cpuAMinute({ pid }: Service, ms: number): Promise<number> {
  const before = cpuMicroseconds([pid])
  await sleep(ms)
  return ((cpuMicroseconds([pid]) - before) / 1e6) * (60_000 / ms)
}

interface LoadOptions {
  rate: number
  watchers: number
  roundMs: number
}

async function measureLoad(service: Service, folder: string, { rate, watchers: count, roundMs }: LoadOptions): Promise<WatchedLoad> {
  const port = portOf(service)
  const [key = ''] = await tenantKeys(service, 1)
  const submits = startChild<SubmitsOrder, SubmitsReport>('./streams/submits.ts')
  const watchers = startChild<WatchersOrder, WatchersReport>('./streams/watchers.ts')
  const submitFor = (ms: number) => submits.ask({ port, key, perSecond: rate, count: Math.ceil((rate * ms) / 1000) })
  const watchFor = (ms: number) => watchers.ask({ port, key, jobs: count - FEEDS, feeds: FEEDS, ms })
  try {
    await Promise.all([submitFor(WARM_UP_MS), watchFor(WARM_UP_MS)])
    const without = await submitFor(roundMs)
    const [beside, seen] = await Promise.all([submitFor(roundMs), watchFor(roundMs)])
    const commits = await commitTimes(service, join(folder, 'commits'))
    const [job, feed] = [toFrame(commits, seen.job), toFrame(commits, seen.feed)]
    return {
      watchers: count,
      asked: rate,
      perSecond: beside.perSecond,
      toFrame: { job: job.latency, feed: feed.latency },
      frames: { job: job.frames, feed: feed.frames },
      submit: { beside: beside.latency, without: without.latency },
    }
  } finally {
    submits.stop()
    watchers.stop()
  }
}

/** When the end of each job was committed, by its id. */
async function commitTimes(service: Service, file: string): Promise<Map<string, number>> {
  service.signal('SIGUSR2')
  // Asked behind the signal, answered behind the file.
  for (let text = ''; ; await sleep(50)) {
    text = readIfThere(file)
    if (!text.endsWith('\n')) continue
    const lines: { jobId: string; at: number }[] = text
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    return new Map(lines.map(({ jobId, at }) => [jobId, at]))
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function portOf({ url }: Service): number {
  return Number(new URL(url).port)
}
