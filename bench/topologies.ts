/**
 * `topologies`: the service in one process beside the service on Redis (the API and two workers) and the same on PostgreSQL, in
 * alternating rounds: accept, drain (with a bare BullMQ queue as its limit) and latency; and how a handler that computes gains by more
 * workers.
 */
import { startChild } from './child.ts'
import { type Comparison, compare } from './compare.ts'
import type { DrainClients } from './drain-jobs.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import { ACCEPT, measureRound } from './http-round.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'
import { inRounds } from './rounds.ts'
import { drainTopologies } from './topologies/drain.ts'
import { latency } from './topologies/latency.ts'
import { type Compared, type RunningTopology, startEmbedded, startOnPostgres, startOnRedis } from './topologies/running-topology.ts'
import { workerCounts } from './topologies/worker-counts.ts'

const WORKERS = 2
/** A job that computes takes so many times as long as one that does nothing. */
const FEWER = 40

export interface TopologiesOptions {
  rounds: number
  /** Of a round of accept or latency, milliseconds. */
  roundMs: number
  /** To be drained. */
  jobs: number
}

/** @param tell what is measured next */
export async function topologies({ rounds, roundMs, jobs }: TopologiesOptions, tell: (what: string) => void): Promise<Comparison[]> {
  const receiver = startChild<ReceiverOrder, ReceiverReport>('./receiver.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const started: RunningTopology[] = []
  try {
    const { port } = await receiver.ask({ do: 'listen' })
    const clients: DrainClients = { load, receiver, port }
    const embedded = await startEmbedded()
    started.push(embedded)
    const redis = await startOnRedis(WORKERS)
    started.push(redis)
    const postgres = await startOnPostgres(WORKERS)
    started.push(postgres)
    const compared: Compared = { embedded, redis, postgres }
    tell('accept in all topologies')
    const accepted = await accept(clients, compared, rounds, roundMs)
    tell('drain in all topologies, and of a bare BullMQ queue')
    const drained = await drainTopologies(clients, compared, rounds, jobs)
    tell('latency in all topologies')
    const called = await latency(compared, { rounds, roundMs })
    for (const topology of started.splice(0)) await topology.close()
    tell('1, 2 and 4 workers with a handler that computes')
    return [accepted, ...drained, ...called, await workerCounts(clients, rounds, Math.ceil(jobs / FEWER))]
  } finally {
    for (const topology of started) await topology.close()
    for (const child of [receiver, load]) child.stop()
  }
}

async function accept(
  { load }: DrainClients,
  { embedded, redis, postgres }: Compared,
  rounds: number,
  roundMs: number,
): Promise<Comparison> {
  const sides = (ms: number) => ({
    postgres: () => measureRound(load, postgres, ACCEPT, ms),
    redis: () => measureRound(load, redis, ACCEPT, ms),
    embedded: () => measureRound(load, embedded, ACCEPT, ms),
  })
  // Not counted: both compile their hot paths first.
  await inRounds(1, sides(roundMs / 2))
  return compare('accept', await inRounds(rounds, sides(roundMs)), ['postgres', 'redis', 'embedded'])
}
