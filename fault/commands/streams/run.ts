/** One run: readers, watchers and load over faults, then calm, clients that linger, and what all of them have seen. */
import { join } from 'node:path'
import { figuresOf, seriesOf } from '../../../test/support/figures.ts'
import { type Service, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { isTerminal } from '../../harness/history.ts'
import { ownServers, type Shape } from '../../harness/own-servers.ts'
import { startProxy } from '../../harness/proxy.ts'
import { createRestartable } from '../../harness/restartable-service.ts'
import { createRng, type Rng } from '../../harness/rng.ts'
import { type FeedReader, readBySocket, readByStream } from './feed-readers.ts'
import { type JobWatcher, watchJob } from './job-watcher.ts'
import { linger, untilGone } from './linger.ts'
import type { LingeringKind } from './lingering-clients.ts'
import { readFeed, startLoad } from './load.ts'
import { settled } from './settled.ts'
import type { FeedEvent, StreamsSeen } from './verdict.ts'

/** One job in so many is watched. */
const WATCHED = 5
/** So much of what is open is cut at a time, percent. */
const CUT = { least: 20, most: 100 }
/** The longest pause of a slow reader after an event, milliseconds. */
const SLOW_MS = 20

type Fault = 'kill' | 'stop' | 'cut'

/** What is done to the service and its clients. */
export interface RunOptions extends Shape {
  /** Readers of the feed. */
  readers: number
  jobs: number
  kills: number
  stops: number
  cuts: number
  seed: number
  lingering: readonly LingeringKind[]
  /** A lingering client that is there after so many milliseconds stays. */
  patienceMs?: number
  preload?: readonly URL[]
  /** Called after each fault with how many there were. */
  onFault?: (faults: number) => void
}

/** What a run was, and what was seen of it. */
export interface RunReport extends StreamsSeen {
  acknowledged: number
  /** Connections cut by the proxy. */
  cut: number
  /** By kind of lingering client: how long the last one was held, milliseconds. */
  heldMs: Partial<Record<LingeringKind, number>>
  /** Of the orderly stop at the end. */
  exitCode: number | null
  /** The data folder; the caller removes it. */
  folder: string
}

/** Throws when the service cannot be started, or dies without being killed. */
export async function runStreams({ readers: count, jobs, seed, preload = [], ...options }: RunOptions): Promise<RunReport> {
  const folder = await tempFolder()
  const rng = createRng(seed)
  // Of its own: how often it is used depends on timing.
  const proxy = await startProxy(createRng(seed + 1))
  const servers = await ownServers(options)
  const env = { LOG_LEVEL: 'warn', ...servers.env }
  const service = createRestartable(
    () => ({ dataDir: join(folder, 'data'), handlersDir: HANDLERS, env, preload }),
    () => {},
  )
  const readers: FeedReader[] = []
  const watchers: JobWatcher[] = []
  const lead = async (): Promise<Service> => {
    const running = await service.start()
    proxy.lead(portOf(running))
    return running
  }
  const closeAll = () => Promise.all([...readers, ...watchers].map((client) => client.close()))

  try {
    const beginning: string = (await (await lead()).api.call('GET', '/v1/events?after=latest')).json.next_cursor
    readers.push(...startReaders(count, proxy.port, beginning, createRng(seed + 2)))
    await settled(() => readers.every(({ record }) => record.streams.length > 0 && record.from !== null))
    const load = startLoad(service, jobs, (id, before) => {
      if (before % WATCHED === 0) watchers.push(watchJob(proxy.port, id))
    })
    const faults = faultsOf(options, rng)
    for (const [index, fault] of faults.entries()) {
      // In the midst of the load, however fast it is.
      const due = Math.floor(((index + 1) * jobs) / (faults.length + 1))
      await Promise.race([settled(() => load.acknowledged.length >= due), load.done])
      if (fault === 'cut') proxy.sever(rng.between(CUT.least, CUT.most) / 100)
      else await (fault === 'kill' ? service.kill() : service.stop())
      await lead()
      options.onFault?.(index + 1)
    }
    await load.done

    const feed = readFeed(service)
    const hasEnded = (id: string) => isTerminal(feed.statuses.get(id) ?? null)
    await settled(
      async () => {
        await feed.read()
        return load.acknowledged.every(hasEnded)
      },
      () => feed.events.length,
    )
    const running = await lead()
    const port = portOf(running)
    // Reads nothing until it is cut off, and must have missed nothing when it has come back.
    const hold = async (peer: number) => void (await untilGone(port, [peer], options.patienceMs))
    readers.push(readByStream({ name: 'reader that stood still', port, after: beginning, types: null, hold }))
    const { staying, heldMs } = await linger(options.lingering, port, beginning, options.patienceMs)
    await settled(
      () => readers.every((reader) => hasLast(reader, feed.events)),
      () => readers.reduce((sum, { record }) => sum + record.streams.flat().length, 0),
    )
    await settled(
      () => watchers.every((watcher) => watcher.isDone()),
      () => watchers.filter((watcher) => watcher.isDone()).length,
    )
    await closeAll()
    // What a reader was told while the others caught up is in the feed, too.
    await feed.read()
    let leftOpen = 0
    await settled(
      async () => {
        leftOpen = liveIn((await running.api.call('GET', '/metrics')).text)
        return leftOpen === 0
      },
      () => leftOpen,
      options.patienceMs,
    )
    const { exit } = await service.stop()
    return {
      feed: feed.events,
      readers: readers.map(({ record }) => record),
      watchers: watchers.map(({ record }) => record),
      statuses: feed.statuses,
      unannounced: load.acknowledged.filter((id) => !hasEnded(id)).length,
      acknowledged: load.acknowledged.length,
      staying,
      heldMs,
      leftOpen,
      cut: proxy.cuts,
      exitCode: exit.code,
      folder,
    }
  } finally {
    await service.end()
    await closeAll()
    proxy.close()
    await servers.close()
  }
}

/** Of five: one of one type, one that is slow, one on a socket, and two that begin now and read as they can. */
function startReaders(count: number, port: number, beginning: string, rng: Rng): FeedReader[] {
  return Array.from({ length: count }, (_, n) => {
    const reading = { name: `reader ${n + 1}`, port, after: null, types: null }
    if (n % 5 === 1) return readByStream({ ...reading, name: `${reading.name} (failures)`, types: ['job.failed'] })
    if (n % 5 === 2) return readByStream({ ...reading, name: `${reading.name} (slow)`, pause: () => rng.between(0, SLOW_MS) })
    if (n % 5 === 3) return readBySocket({ ...reading, name: `${reading.name} (socket)`, after: beginning })
    return readByStream(reading)
  })
}

/** All faults, in an order that the seed decides. */
function faultsOf({ kills, stops, cuts }: Pick<RunOptions, 'kills' | 'stops' | 'cuts'>, rng: Rng): Fault[] {
  const all: Fault[] = [...Array(kills).fill('kill'), ...Array(stops).fill('stop'), ...Array(cuts).fill('cut')]
  return all
    .map((fault) => ({ fault, at: rng.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ fault }) => fault)
}

/** Whether the last event that is for this reader has come. */
function hasLast({ record, has }: FeedReader, feed: readonly FeedEvent[]): boolean {
  const last = feed.findLast(({ type }) => record.types?.includes(type) ?? true)
  return last === undefined || record.refused.length > 0 || has(last.id)
}

function liveIn(metrics: string): number {
  return Object.values(seriesOf(figuresOf(metrics), 'ringback_live_connections')).reduce((sum, count) => sum + count, 0)
}

function portOf({ url }: Service): number {
  return Number(new URL(url).port)
}
