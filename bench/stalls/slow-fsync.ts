/** A disk whose every fsync takes longer, beside one as it is. Both services run under strace, so that only the fsync differs. */
import { traced } from '../../fault/harness/strace.ts'
import { commitsOf } from './commits.ts'
import { describeRounds, latencies, slowdown } from './figures.ts'
import { measureInTurns, type Round, type TurnOptions } from './measure.ts'
import { type Part, part } from './part.ts'
import { verdictOfAll, withService } from './setup.ts'
import { READS, type Verdict } from './steady-load.ts'
import { READS_LOCK } from './write-lock.ts'

const SYNCS = ['fsync', 'fdatasync']
const DELAY_MS = 5
const SLICES = 6
/** By so much the p99 of health checks and status GETs may grow: a read that waited for an fsync would take `DELAY_MS` more. */
const LIMIT_MS = 3

export interface SlowFsyncReport {
  /** Beside: on the slow disk. */
  rounds: Round[]
  /** On the slow disk: each waited for its fsync. */
  commits: number
  verdict: Verdict
}

export interface SlowFsyncOptions extends Pick<TurnOptions, 'rounds' | 'slices'> {
  /** What every fsync takes more. */
  delayMs: number
  preload?: readonly URL[]
}

function runSlowFsync({ delayMs, preload = [], ...turns }: SlowFsyncOptions): Promise<SlowFsyncReport> {
  return withService(async (setup) => {
    const beside = await setup.side('slow', { preload, under: traced(SYNCS, `delay_exit=${delayMs * 1000}`) })
    const without = await setup.side('plain', { preload, under: traced(SYNCS) })
    const rounds = await measureInTurns({ beside, without, ...turns })
    const { count } = await commitsOf(beside.service)
    return { rounds, commits: count, verdict: await verdictOfAll([beside, without]) }
  })
}

export function slowFsync(rounds: number): Part {
  return part({
    about: `every fsync takes ${DELAY_MS} ms more, beside a service whose fsyncs are only traced; ${rounds} rounds`,
    sabotage: 'reads take the write lock, so that they wait for fsyncs',
    runControl: () => runSlowFsync({ delayMs: DELAY_MS, rounds: 1, slices: SLICES, preload: [READS_LOCK] }),
    harm: ({ rounds: pairs }) => `the p99 of status GETs grew by ${slowdown(pairs, 'status').difference.toFixed(1)} ms`,
    run: () => runSlowFsync({ delayMs: DELAY_MS, rounds, slices: SLICES }),
    describe: (report) => [...describeRounds(report.rounds), `${report.commits} commits waited for a slow fsync`],
    breaches: (report) => [
      ...READS.flatMap((request) =>
        slowdown(report.rounds, request).difference > LIMIT_MS ? [`the p99 of ${request} grew by more than ${LIMIT_MS} ms`] : [],
      ),
      ...(latencies(report.rounds, 'submit').beside.p50 < DELAY_MS ? ['submits did not meet the slow fsyncs'] : []),
    ],
  })
}
