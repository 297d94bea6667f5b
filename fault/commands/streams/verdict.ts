/** What docs/contract.md says of live streams, held against what readers got of them. Pure. */
import { isTerminal } from '../../harness/history.ts'

/** An event as the feed has it in the end. `digest` stands for its item. */
export interface FeedEvent {
  id: string
  type: string
  digest: string
}

/** An event as a stream told it. */
export type Told = Pick<FeedEvent, 'id' | 'digest'>

/** What one reader of the feed got. */
export interface FeedRecord {
  name: string
  /** Null = all. */
  types: readonly string[] | null
  /** The place its first stream named, or where it asked to begin; null: no stream was ever opened. */
  from: string | null
  /** By stream, in the order in which they came. */
  streams: Told[][]
  /** Answers that end a reader: anything but a stream, and no passing trouble. */
  refused: string[]
}

/** How a job looked in one frame of its stream. */
export interface JobFrame {
  event: string
  status: string
  attempt: number
}

/** What one watcher of a job got. */
export interface JobRecord {
  id: string
  /** By stream, in the order in which they came. */
  streams: JobFrame[][]
  /** Whether the service ended the last stream by itself, or said that nothing follows (204). */
  over: boolean
  refused: string[]
}

/** What was wrong with what a reader got, as counts. */
export interface FeedFaults {
  /** Events of the feed behind its beginning that never came. */
  missed: number
  /** Events that came more than once on one stream. */
  doubled: number
  /** Events that came on a later stream although an earlier one had told them whole. */
  repeated: number
  /** Events that came behind one that stands after them in the feed. */
  disordered: number
  /** Events that the feed does not have, or has otherwise. */
  altered: number
  /** Answers that ended the reader. */
  refused: number
}

const NO_FAULTS: FeedFaults = { missed: 0, doubled: 0, repeated: 0, disordered: 0, altered: 0, refused: 0 }

/** One reader's events against the feed. */
export function faultsOfReader(feed: readonly FeedEvent[], { types, from, streams, refused }: FeedRecord): FeedFaults {
  const places = new Map(feed.map(({ id }, place) => [id, place]))
  // A beginning that is no event was given out when the feed was empty.
  const beginning = from === null ? 0 : (places.get(from) ?? -1) + 1
  const expected = feed.slice(beginning).filter(({ type }) => types?.includes(type) ?? true)
  const faults = { ...NO_FAULTS, refused: refused.length }
  const before = new Set<string>()
  for (const stream of streams) {
    const own = new Set<string>()
    let last = -1
    for (const { id, digest } of stream) {
      const place = places.get(id)
      if (place === undefined || feed[place]?.digest !== digest) faults.altered += 1
      if (own.has(id)) faults.doubled += 1
      else if (before.has(id)) faults.repeated += 1
      else if (place !== undefined && place < last) faults.disordered += 1
      last = Math.max(last, place ?? -1)
      own.add(id)
    }
    for (const id of own) before.add(id)
  }
  faults.missed = expected.filter(({ id }) => !before.has(id)).length
  return faults
}

/** The sum over all readers. */
export function faultsOfReaders(feed: readonly FeedEvent[], records: readonly FeedRecord[]): FeedFaults {
  const sum = { ...NO_FAULTS }
  for (const record of records) {
    for (const [name, count] of Object.entries(faultsOfReader(feed, record))) sum[name as keyof FeedFaults] += count
  }
  return sum
}

/** What is wrong with a watcher's streams, in words; none = they ended with their job and told nothing that was not so. */
export function faultsOfWatcher({ streams, over, refused }: JobRecord, status: string): string[] {
  const frames = streams.flat()
  const end = frames.findIndex((frame) => isTerminal(frame.status))
  const faults = refused.map((answer) => `was answered ${answer}`)
  if (!isTerminal(status)) return [...faults, `its job is ${status}`]
  if (end < 0) return [...faults, 'was never told the end']
  if (!over) faults.push('its stream stayed open behind the end')
  if (end < frames.length - 1) faults.push(`${frames.length - 1 - end} frames came behind the end`)
  if (frames[end]?.status !== status || frames[end]?.event !== status)
    faults.push(`was told ${frames[end]?.status} of a job that is ${status}`)
  if (frames.some(({ attempt }, n) => attempt < (frames[n - 1]?.attempt ?? 0))) faults.push('an attempt came behind a later one')
  return faults
}

/** Everything that was seen of a run. */
export interface StreamsSeen {
  feed: readonly FeedEvent[]
  readers: readonly FeedRecord[]
  watchers: readonly JobRecord[]
  /** By job: its status in the end. */
  statuses: ReadonlyMap<string, string>
  /** Jobs that were acknowledged and have no event in the feed. */
  unannounced: number
  /** Kinds of clients that the service did not let go of. */
  staying: readonly string[]
  /** Streams and sockets that `/metrics` counts when all clients are gone. */
  leftOpen: number
}

/** What was wrong with a run, a line each; none = all of it held. */
export function failuresOfStreams({ feed, readers, watchers, statuses, unannounced, staying, leftOpen }: StreamsSeen): string[] {
  const ofReaders = readers.flatMap((record) => {
    const wrong = Object.entries(faultsOfReader(feed, record)).filter(([, count]) => count > 0)
    return wrong.length === 0 ? [] : [`${record.name}: ${wrong.map(([name, count]) => `${name} ${count}`).join(', ')}`]
  })
  const ofWatchers = watchers.flatMap((record) =>
    faultsOfWatcher(record, statuses.get(record.id) ?? 'unknown').map((fault) => `watcher of ${record.id}: ${fault}`),
  )
  return [
    ...ofReaders,
    ...ofWatchers,
    ...(unannounced > 0 ? [`${unannounced} acknowledged jobs have no event`] : []),
    ...staying.map((kind) => `who ${kind} stayed`),
    ...(leftOpen > 0 ? [`${leftOpen} streams and sockets are counted as open, but nobody is there`] : []),
  ]
}
