/** What is looked up when somebody asks: the state of the service at that moment. */
import { Gauge, type Registry } from 'prom-client'
import type { DestinationReads } from '../ports/destinations.ts'
import type { Executor } from '../ports/executor.ts'
import { KINDS, LIVE_KINDS, type LiveKind } from '../ports/kinds.ts'
import type { LaneStore } from '../ports/lanes.ts'
import type { Clock } from '../ports/runtime.ts'
import type { StoreStats } from '../ports/store.ts'

/** Records of a backlog that are counted at most. */
const BACKLOG_ROWS = 100_000

/** Where the state is read. */
export interface Sources {
  store: { lanes: Pick<LaneStore, 'backlog'>; destinations: Pick<DestinationReads, 'openBreakers'> }
  clock: Clock
  executor: Pick<Executor, 'pool'>
  runs: { runningOfType(type: string): number }
  waiters: { readonly count: number }
  live: { count(kind: LiveKind): number }
  intakePause: { count(): number }
  /** Absent where nothing listens. */
  connections?: { open: number; most: number } | undefined
  readiness(): Promise<{ ready: boolean; stats: StoreStats | null }>
}

/** Everything that is looked up when somebody asks. */
export type Gauges = ReturnType<typeof createGauges>

/** Registers the gauges, without values. */
export function createGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge<Label>({ name: `ringback_${name}`, help, labelNames, registers: [registry] })
  return {
    ready: gauge('ready', '1 when /readyz answers 200.'),
    lanes: gauge('lanes_waiting', 'Lanes (tenants for jobs, destinations for deliveries) with something due that nobody holds.', 'kind'),
    due: gauge('queue_due', 'Records that are due and wait for their turn; at most 100,000 are counted.', 'kind'),
    later: gauge('queue_later', 'Records that wait for a later time; at most 100,000 are counted.', 'kind'),
    oldest: gauge('oldest_waiting_seconds', 'For how long the longest due record has waited.', 'kind'),
    running: gauge('jobs_running', 'Runs in this process whose handler has not returned.', 'type'),
    breakers: gauge('breakers_open', 'Destinations and upstreams that keep failing and are only probed.'),
    connections: gauge('http_connections', 'Inbound connections that are open.'),
    mostConnections: gauge('http_connections_limit', 'Inbound connections held at a time, as the limit of file handles allows.'),
    waiters: gauge('waiters', 'Requests held until a job changes.'),
    live: gauge('live_connections', 'Streams and sockets that are open; at most 10,000 in all, 1,000 of a tenant.', 'kind'),
    unrecorded: gauge('unrecorded_outcomes', 'Outcomes the store could not take yet; while there is one, no work is taken.'),
    waitingChanges: gauge('store_waiting_changes', 'Changes and claims that wait for the writer.'),
    walBytes: gauge('store_wal_bytes', 'Size of the write-ahead log.'),
  }
}

/** Sets every gauge. A value that the store cannot give now is left out, not shown as it was before. */
export async function readGauges(gauges: Gauges, sources: Sources, types: Iterable<string>): Promise<void> {
  const { store, clock } = sources
  const now = clock.now()
  const unknown = () => null
  const [{ ready, stats }, breakers, ...backlogs] = await Promise.all([
    sources.readiness(),
    store.destinations.openBreakers().catch(unknown),
    ...KINDS.map((kind) => store.lanes.backlog(kind, now, BACKLOG_ROWS).catch(unknown)),
  ])

  gauges.ready.set(ready ? 1 : 0)
  setOrDrop(gauges.connections, {}, sources.connections?.open)
  setOrDrop(gauges.mostConnections, {}, sources.connections?.most)
  gauges.waiters.set(sources.waiters.count)
  for (const kind of LIVE_KINDS) gauges.live.set({ kind }, sources.live.count(kind))
  gauges.unrecorded.set(sources.intakePause.count())
  for (const type of types) gauges.running.set({ type }, sources.runs.runningOfType(type))
  setOrDrop(gauges.breakers, {}, breakers?.length)
  setOrDrop(gauges.waitingChanges, {}, stats?.waitingChanges)
  setOrDrop(gauges.walBytes, {}, stats?.walBytes)
  for (const [index, kind] of KINDS.entries()) {
    const backlog = backlogs[index]
    setOrDrop(gauges.lanes, { kind }, backlog?.lanes)
    setOrDrop(gauges.due, { kind }, backlog?.due)
    setOrDrop(gauges.later, { kind }, backlog?.later)
    setOrDrop(gauges.oldest, { kind }, backlog && (now - (backlog.oldestDueAt ?? now)) / 1000)
  }
}

function setOrDrop<Label extends string>(gauge: Gauge<Label>, labels: Partial<Record<Label, string>>, value: unknown): void {
  if (typeof value === 'number') gauge.set(labels, value)
  else gauge.remove(labels)
}
