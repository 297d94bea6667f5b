/** `latency`: from the 202 of a no-op job to its callback at a steady rate, in both topologies, beside what two fsyncs take. */
import { startChild } from './child.ts'
import { type Comparison, compare, type Figures, median, percentiles, type Round } from './compare.ts'
import { fsyncTimes } from './fsync.ts'
import { inRounds } from './rounds.ts'
import { measurePaced } from './topologies/latency.ts'
import type { PacedOrder, PacedReport } from './topologies/paced-load.ts'
import { startEmbedded, startOnRedis } from './topologies/running-topology.ts'

const WORKERS = 2
/** Submissions a second. */
const RATES = [200, 1_000]
/** Pairs of fsyncs in a round. */
const FSYNCS = 100

type Side = 'redis' | 'embedded' | 'two fsyncs'

/** Prints how far the service in one process stays behind the disk; the comparisons are for the table. */
export async function latency(options: { rounds: number; roundMs: number; print: (line: string) => void }): Promise<Comparison[]> {
  const { rounds, roundMs, print } = options
  const load = startChild<PacedOrder, PacedReport>('./topologies/paced-load.ts')
  const embedded = await startEmbedded()
  const redis = await startOnRedis(WORKERS)
  try {
    const sides = (perSecond: number, ms: number) => ({
      redis: () => measurePaced(load, redis, perSecond, ms),
      embedded: () => measurePaced(load, embedded, perSecond, ms),
      'two fsyncs': twoFsyncs,
    })
    const comparisons: Comparison[] = []
    for (const perSecond of RATES) {
      // Not counted: hot paths are compiled first, the load's too.
      await inRounds(1, sides(perSecond, roundMs))
      const measured = await inRounds(rounds, sides(perSecond, roundMs))
      print(`${perSecond}/s in one process, beyond two fsyncs: p50 + ${beyond(measured, 'p50')} ms, p99 + ${beyond(measured, 'p99')} ms`)
      comparisons.push(compare(`latency ${perSecond}/s`, measured, ['redis', 'embedded', 'two fsyncs'], 'p50'))
    }
    return comparisons
  } finally {
    load.stop()
    await embedded.close()
    await redis.close()
  }
}

/** Each of a job's callbacks waits for two at least: its end's, and its own claim's. */
async function twoFsyncs(): Promise<Figures> {
  const times = await fsyncTimes(2 * FSYNCS)
  const pairs = Array.from({ length: FSYNCS }, (_, n) => (times[2 * n] ?? 0) + (times[2 * n + 1] ?? 0))
  return { perSecond: 1000 / median(pairs), cpuMicroseconds: null, ...percentiles(pairs) }
}

function beyond(measured: readonly Round<Side>[], of: 'p50' | 'p99'): string {
  return median(measured.map((round) => (round.embedded[of] ?? 0) - (round['two fsyncs'][of] ?? 0))).toFixed(1)
}
