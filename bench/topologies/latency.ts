/** From the 202 to the callback of a no-op job, while jobs come at a steady rate. */
import { type Child, startChild } from '../child.ts'
import { cpuMicroseconds } from '../clock.ts'
import { type Comparison, compare, type Figures } from '../compare.ts'
import type { Target } from '../http-round.ts'
import { inRounds } from '../rounds.ts'
import type { PacedOrder, PacedReport } from './paced-load.ts'
import type { Compared } from './running-topology.ts'

/** Submissions a second. */
const RATES = [200, 1_000]

export async function latency(
  { embedded, redis, postgres }: Compared,
  { rounds, roundMs }: { rounds: number; roundMs: number },
): Promise<Comparison[]> {
  const load = startChild<PacedOrder, PacedReport>('./topologies/paced-load.ts')
  try {
    const comparisons: Comparison[] = []
    const sides = (perSecond: number, ms: number) => ({
      postgres: () => measurePaced(load, postgres, perSecond, ms),
      redis: () => measurePaced(load, redis, perSecond, ms),
      embedded: () => measurePaced(load, embedded, perSecond, ms),
    })
    for (const perSecond of RATES) {
      // Not counted: hot paths are compiled first, the load's too.
      await inRounds(1, sides(perSecond, roundMs / 2))
      const measured = await inRounds(rounds, sides(perSecond, roundMs))
      comparisons.push(compare(`latency ${perSecond}/s`, measured, ['postgres', 'redis', 'embedded'], 'p50'))
    }
    return comparisons
  } finally {
    load.stop()
  }
}

/** One round at a steady rate: CPU time of the target's processes for each job, and the latencies from 202 to callback. */
export async function measurePaced(
  load: Child<PacedOrder, PacedReport>,
  { port, pids }: Target,
  perSecond: number,
  ms: number,
): Promise<Figures> {
  const count = Math.ceil((perSecond * ms) / 1000)
  const before = cpuMicroseconds(pids)
  const report = await load.ask({ port, perSecond, count })
  return { ...report, cpuMicroseconds: (cpuMicroseconds(pids) - before) / count }
}
