/** How much faster a handler that computes is drained by two and by four workers than by one. */
import { type Comparison, compare } from '../compare.ts'
import { type DrainClients, drainJobs } from '../drain-jobs.ts'
import { inRounds } from '../rounds.ts'
import { type ShapeOnRedis, startOnRedis } from './running-topology.ts'

export async function workerCounts(clients: DrainClients, rounds: number, jobs: number): Promise<Comparison> {
  const started: ShapeOnRedis[] = []
  const start = async (workers: number) => {
    const topology = await startOnRedis(workers)
    started.push(topology)
    return topology
  }
  try {
    const [four, two, one] = [await start(4), await start(2), await start(1)]
    const drain = (topology: ShapeOnRedis, count: number) => () => drainJobs(clients, topology, 'bench.compute', count)
    const sides = (count: number) => ({ '4 workers': drain(four, count), '2 workers': drain(two, count), '1 worker': drain(one, count) })
    // Not counted: all of them compile their hot paths first.
    await inRounds(1, sides(Math.ceil(jobs / 4)))
    const measured = await inRounds(rounds, sides(jobs))
    return compare('20 ms of CPU', measured, ['4 workers', '2 workers', '1 worker'])
  } finally {
    for (const topology of started) await topology.close()
  }
}
