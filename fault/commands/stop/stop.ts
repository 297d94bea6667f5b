/** `npm run fault -- stop`: SIGTERM under load, a second signal, SIGKILL after a grace. First on a build that must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import { stubbornJob } from '../../harness/jobs.ts'
import { conclude, describeRound, describeSight, failuresOf } from '../../harness/report.ts'
import type { RestartableService, SecondSignal } from '../../harness/restartable-service.ts'
import { createRng, type Rng } from '../../harness/rng.ts'
import { type RoundReport, runRound } from '../../harness/round.ts'
import { describeStops, failuresOfStops, type StopRecord } from './verdict.ts'
import { keepWatch } from './watch.ts'

const ABRUPT_STOP = sabotage('abrupt-stop')
const CONTROL_STOPS = 3
const SHUTDOWN_TIMEOUT_MS = 1_000
const ENV = { SHUTDOWN_TIMEOUT: `${SHUTDOWN_TIMEOUT_MS}ms` }
/** Shares of the stops that a second signal follows. */
const SECOND_TERM = 0.15
const SECOND_KILL = 0.15
/** The second signal comes at most so long after the first, milliseconds. */
const LONGEST_GRACE_MS = 400
const SHOWN_FAILURES = 10

export interface StopsReport {
  round: RoundReport
  stops: StopRecord[]
  /** What was wrong with the stops themselves, a line each. */
  failures: string[]
}

interface StopsOptions {
  stops: number
  seed: number
  redis?: boolean
  preload?: readonly URL[]
  onFault?: (stops: number) => void
}

export interface StopCommand {
  stops: number
  seed: number
  /** The service has a Redis, which lives on. */
  redis: boolean
  print: (line: string) => void
}

/** A round of stops, each restarted on the same folder. */
export async function runStops({ stops: count, ...options }: StopsOptions): Promise<StopsReport> {
  const stops: StopRecord[] = []
  // Of its own: how often the round's are thrown is a matter of timing.
  const rng = createRng(options.seed)
  const round = await runRound({
    ...options,
    clients: 16,
    pauseMs: 150,
    nextJob: stubbornJob,
    timeLimitMs: 15 * 60_000,
    env: ENV,
    faults: count,
    fault: async (service) => stops.push(await stopWatched(service, secondSignal(rng))),
  })
  return { round, stops, failures: failuresOfStops(stops, round.tally, SHUTDOWN_TIMEOUT_MS) }
}

/** The same on a build whose process ends at the signal: the checker must see callbacks repeated and attempts spent. */
export function runControl(seed: number, stops = CONTROL_STOPS, redis = false): Promise<StopsReport> {
  return runStops({ stops, seed, redis, preload: [ABRUPT_STOP] })
}

async function stopWatched(service: RestartableService, second: SecondSignal | null): Promise<StopRecord> {
  const seen = await keepWatch(await service.start())
  const stopped = await service.stop(second ?? undefined)
  return { ...stopped, second, seen: await seen() }
}

function secondSignal(rng: Rng): SecondSignal | null {
  const roll = rng.next()
  const afterMs = rng.between(0, LONGEST_GRACE_MS)
  if (roll < SECOND_TERM) return { signal: 'SIGTERM', afterMs }
  return roll < SECOND_TERM + SECOND_KILL ? { signal: 'SIGKILL', afterMs } : null
}

/** How many findings say that a stop repeated a callback or cost an attempt. */
export function harmDone({ round }: StopsReport): number {
  return round.findings.filter(({ says }) => says.includes('sent again') || says.startsWith('spent')).length
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function stop({ stops, seed, redis, print }: StopCommand): Promise<boolean> {
  print(`control: ${CONTROL_STOPS} stops of a build that ends at the signal (seed ${seed})`)
  const control = await runControl(seed, CONTROL_STOPS, redis)
  const seen = harmDone(control)
  print(`  ${seen} callbacks repeated or attempts spent: ${describeSight(seen > 0)}`)
  if (seen === 0) {
    print(`  the checker is blind; history and data: ${control.round.folder}`)
    return false
  }
  await removeFolder(control.round.folder)

  print(`${stops} stops (seed ${seed}), SHUTDOWN_TIMEOUT ${SHUTDOWN_TIMEOUT_MS} ms`)
  const report = await runStops({
    stops,
    seed,
    redis,
    onFault: (count) => {
      if (count % 10 === 0) print(`  ${count} stops`)
    },
  })
  const { round, failures } = report
  for (const line of [...describeRound(round), ...describeStops(report.stops, round.tally)]) print(`  ${line}`)
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  BREACH                ${failure}`)
  const held = failuresOf(round).length + failures.length === 0 && round.tally.stopsOnWork > 0 && report.stops.length === stops
  return conclude(held, round.folder, print)
}
