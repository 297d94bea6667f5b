/** A locker reads in one long transaction while jobs are written: the log grows meanwhile, and is small again after it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sabotage } from '../../fault/harness/builds.ts'
import type { LockerOrder } from '../../fault/harness/external-locker.ts'
import { untilAllEnded } from '../../fault/harness/settle.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { createApi } from '../../test/support/api.ts'
import { ADMIN_KEY, type Service } from '../../test/support/service.ts'
import { startChild } from '../child.ts'
import { describeRounds, slowReads } from './figures.ts'
import { measure, type Round } from './measure.ts'
import { type Part, part } from './part.ts'
import { verdictOfAll, withService } from './setup.ts'
import type { Verdict } from './steady-load.ts'

const ENDLESS_LOG = sabotage('endless-log')
const EXTERNAL_LOCKER = new URL('../../fault/harness/external-locker.ts', import.meta.url).href
const CLIENTS = 64
const JOB = { type: 'fault.noop', payload: 'x'.repeat(1000) }
const LOOK_MS = 20
/** Of the steady load, before everything and from the moment on when the locker leaves. */
const LOAD_MS = 3_000
const CONTROL_JOBS = 5_000
/** What the service leaves of its log, and a page more. */
const SMALL_BYTES = 16 * 1024 * 1024 + 8192
/** Nobody in the way: the 16 MB at which a log is made to begin anew, and what a flood writes until it does. */
const LARGEST_BYTES = 2 * SMALL_BYTES

/** Sizes of the write-ahead log in bytes, as /readyz tells them. */
export interface LogSizes {
  largest: number
  smallest: number
  /** When it was first so small, milliseconds. */
  smallestMs: number
}

export interface LongReaderReport {
  log: { before: LogSizes; beside: LogSizes; afterwards: LogSizes }
  /** Beside: once the locker has left, while the log is moved into the database. Without: before it came. */
  rounds: Round[]
  verdict: Verdict
}

export interface LongReaderOptions {
  /** Jobs of 1 KB written before the locker comes, and again while it reads. */
  jobs: number
  preload?: readonly URL[]
}

function runLongReader({ jobs, preload = [] }: LongReaderOptions): Promise<LongReaderReport> {
  return withService(async (setup) => {
    const locker = startChild<LockerOrder, object>(EXTERNAL_LOCKER)
    try {
      const side = await setup.side('data', { preload })
      const { service } = side
      const without = await measure(side, LOAD_MS)
      const before = await watchLog(service, flood(service, jobs))
      await locker.ask({ do: 'read', path: databasePath(setup.dataDir('data')) })
      const beside = await watchLog(service, flood(service, jobs))
      await locker.ask({ do: 'leave' })
      const [left, afterwards] = await Promise.all([measure(side, LOAD_MS), watchLog(service, sleep(LOAD_MS))])
      return { log: { before, beside, afterwards }, rounds: [{ beside: left, without }], verdict: await verdictOfAll([side]) }
    } finally {
      locker.stop()
    }
  })
}

export function longReader(jobs: number): Part {
  return part({
    about: `a locker reads in one transaction while ${jobs} jobs of 1 KB are written`,
    sabotage: 'the log keeps its size',
    runControl: () => runLongReader({ jobs: CONTROL_JOBS, preload: [ENDLESS_LOG] }),
    harm: ({ log: { afterwards } }) => `a log of ${mb(afterwards.smallest)} MB after the locker had left`,
    run: () => runLongReader({ jobs }),
    describe: ({ rounds, log: { before, beside, afterwards } }) => [
      `log of at most ${mb(before.largest)} MB before it came, ${mb(beside.largest)} MB while it read ` +
        `(${mb(((beside.largest - before.largest) * 1_000) / jobs)} MB more for 1,000 jobs); ` +
        `back to ${mb(afterwards.smallest)} MB ${afterwards.smallestMs.toFixed(0)} ms after it had left`,
      ...describeRounds(rounds),
    ],
    breaches: ({ rounds, log: { before, beside, afterwards } }) => [
      ...(before.largest > LARGEST_BYTES ? [`the log grew beyond ${mb(LARGEST_BYTES)} MB although nobody read`] : []),
      ...(beside.largest < 2 * SMALL_BYTES ? ['the locker kept nothing in the log'] : []),
      ...(afterwards.smallest > SMALL_BYTES
        ? [`the log was still above ${mb(SMALL_BYTES)} MB ${LOAD_MS} ms after the locker had left`]
        : []),
      ...slowReads(rounds),
    ],
  })
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

/** Looks at the log until `work` is done. */
async function watchLog(service: Service, work: Promise<void>): Promise<LogSizes> {
  const sizes = { largest: 0, smallest: Number.POSITIVE_INFINITY, smallestMs: 0 }
  let done = false
  const end = () => {
    done = true
  }
  work.then(end, end)
  const startedAt = performance.now()
  while (!done) {
    const { details } = (await service.api.call('GET', '/readyz')).json.store
    sizes.largest = Math.max(sizes.largest, details.wal_bytes)
    if (details.wal_bytes < sizes.smallest) {
      sizes.smallest = details.wal_bytes
      sizes.smallestMs = performance.now() - startedAt
    }
    await sleep(LOOK_MS)
  }
  await work
  return sizes
}

/** Submits so many jobs and waits for their ends. */
async function flood(service: Service, jobs: number): Promise<void> {
  const api = createApi(service.url, ADMIN_KEY, CLIENTS)
  let left = jobs
  const client = async () => {
    while (left-- > 0) {
      const { status, text } = await api.submit(JOB)
      if (status !== 202) throw new Error(`a submit was refused: ${status} ${text}`)
    }
  }
  try {
    await Promise.all(Array.from({ length: CLIENTS }, client))
    await untilAllEnded(api)
  } finally {
    await api.close()
  }
}
