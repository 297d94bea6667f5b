/**
 * `shapes`: the service in one process beside the service on Redis (the API and two workers), in alternating rounds: accept,
 * drain (with a bare BullMQ queue as its limit) and latency; and how a handler that computes gains by more workers.
 */
import { startChild } from './child.ts'
import { type Comparison, compare } from './compare.ts'
import type { DrainCrew } from './drain-jobs.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import { ACCEPT, measureRound } from './http-round.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'
import { inRounds } from './rounds.ts'
import { drainShapes } from './topologies/drain.ts'
import { latency } from './topologies/latency.ts'
import { type Pair, type RunningShape, startEmbedded, startOnRedis } from './topologies/running-shape.ts'
import { workerCounts } from './topologies/worker-counts.ts'

const WORKERS = 2
/** A job that computes takes so many times as long as one that does nothing. */
const FEWER = 40

export interface ShapesOptions {
  rounds: number
  /** Of a round of accept or latency, milliseconds. */
  roundMs: number
  /** To be drained. */
  jobs: number
}

/** @param tell what is measured next */
export async function shapes({ rounds, roundMs, jobs }: ShapesOptions, tell: (what: string) => void): Promise<Comparison[]> {
  const receiver = startChild<ReceiverOrder, ReceiverReport>('./receiver.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const started: RunningShape[] = []
  try {
    const { port } = await receiver.ask({ do: 'listen' })
    const crew: DrainCrew = { load, receiver, port }
    const embedded = await startEmbedded()
    started.push(embedded)
    const redis = await startOnRedis(WORKERS)
    started.push(redis)
    const pair: Pair = { embedded, redis }
    tell('accept in both shapes')
    const accepted = await accept(crew, pair, rounds, roundMs)
    tell('drain in both shapes, and of a bare BullMQ queue')
    const drained = await drainShapes(crew, pair, rounds, jobs)
    tell('latency in both shapes')
    const called = await latency(pair, { rounds, roundMs })
    for (const shape of started.splice(0)) await shape.close()
    tell('1, 2 and 4 workers with a handler that computes')
    return [accepted, ...drained, ...called, await workerCounts(crew, rounds, Math.ceil(jobs / FEWER))]
  } finally {
    for (const shape of started) await shape.close()
    for (const child of [receiver, load]) child.stop()
  }
}

async function accept({ load }: DrainCrew, { embedded, redis }: Pair, rounds: number, roundMs: number): Promise<Comparison> {
  const sides = (ms: number) => ({
    redis: () => measureRound(load, redis, ACCEPT, ms),
    embedded: () => measureRound(load, embedded, ACCEPT, ms),
  })
  // Not counted: both compile their hot paths first.
  await inRounds(1, sides(roundMs / 2))
  return compare('accept', await inRounds(rounds, sides(roundMs)), ['redis', 'embedded'])
}
