/** A locker holds the write lock of the database for seconds, again and again, while clients submit and ask. */

import { sabotage } from '../../fault/harness/builds.ts'
import type { LockerOrder } from '../../fault/harness/external-locker.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { startChild } from '../child.ts'
import { describeRounds, latencies, latencyOf, slowReads } from './figures.ts'
import { measure, type Round } from './measure.ts'
import { type Part, part } from './part.ts'
import { verdictOfAll, withService } from './setup.ts'
import type { Verdict } from './steady-load.ts'

export const READS_LOCK: URL = sabotage('reads-lock')
const EXTERNAL_LOCKER = new URL('../../fault/harness/external-locker.ts', import.meta.url).href
const HOLD_MS = 3_000
/** Longer than the service lets a submit wait: it answers 503 then, and /readyz says why. */
const LONG_HOLD_MS = 7_000
/** The load of a hold ends before the lock is let go, so that all of it met the lock. */
const MARGIN_MS = 100

export interface WriteLockReport {
  /** Beside: while the lock was held. Without: after it. */
  rounds: Round[]
  /** Holds that some submit had to wait for. */
  landed: number
  verdict: Verdict
}

export interface WriteLockOptions {
  /** How long each lasts, milliseconds. */
  holds: readonly number[]
  preload?: readonly URL[]
}

function runWriteLock({ holds, preload = [] }: WriteLockOptions): Promise<WriteLockReport> {
  return withService(async (setup) => {
    const locker = startChild<LockerOrder, object>(EXTERNAL_LOCKER)
    try {
      const side = await setup.side('data', { preload })
      const path = databasePath(setup.dataDir('data'))
      const rounds: Round[] = []
      let landed = 0
      for (const holdMs of holds) {
        const beside = await measure(side, holdMs - MARGIN_MS, async () => {
          await locker.ask({ do: 'lock', path, ms: holdMs })
        })
        rounds.push({ beside, without: await measure(side, holdMs / 2) })
        if (latencyOf(beside, 'submit').max > holdMs / 2) landed += 1
      }
      return { rounds, landed, verdict: await verdictOfAll([side]) }
    } finally {
      locker.stop()
    }
  })
}

export function writeLock(holds: number): Part {
  return part({
    about: `a locker holds the write lock for ${HOLD_MS / 1000} s, ${holds} times, and once for ${LONG_HOLD_MS / 1000} s`,
    sabotage: 'reads take the write lock, too',
    runControl: () => runWriteLock({ holds: [HOLD_MS], preload: [READS_LOCK] }),
    harm: ({ rounds }) => `a status GET took ${latencies(rounds, 'status').beside.max.toFixed(0)} ms`,
    run: () => runWriteLock({ holds: [...Array<number>(holds).fill(HOLD_MS), LONG_HOLD_MS] }),
    describe: ({ rounds, landed }) => [...describeRounds(rounds), `${landed} of ${rounds.length} holds kept submits waiting`],
    breaches: ({ rounds, landed, verdict: { refused } }) => [
      ...slowReads(rounds),
      ...(landed < rounds.length ? ['a hold met no submit'] : []),
      ...(refused === 0 ? ['submits waited for as long as the lock was held'] : []),
    ],
  })
}
