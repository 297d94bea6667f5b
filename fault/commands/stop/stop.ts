/** `npm run fault -- stop`: SIGTERM under load, a second signal, SIGKILL after a grace. First on a build that must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { heldJob, stubbornJob } from '../../harness/jobs.ts'
import { conclude, describeRound, failuresOf } from '../../harness/report.ts'
import type { RestartableService, SecondSignal } from '../../harness/restartable-service.ts'
import { createRng, type Rng } from '../../harness/rng.ts'
import { type RoundOptions, type RoundReport, runRound } from '../../harness/round.ts'
import { describeStops, failuresOfStops, type StopRecord } from './verdict.ts'
import { keepWatch } from './watch.ts'

const ABRUPT_STOP = sabotage('abrupt-stop')
const CONTROL_STOPS = 2
/** How long the receiver of the control holds a callback, and how soon the signal must come to meet it there, milliseconds. */
const HELD_MS = 1_000
const WHILE_HELD_MS = 500
const SHUTDOWN_TIMEOUT_MS = 1_000
/** Shares of the stops that a second signal follows. */
const SECOND_TERM = 0.15
const SECOND_KILL = 0.15
/** The second signal comes at most so long after the first, milliseconds. */
const LONGEST_GRACE_MS = 400
const SHOWN_FAILURES = 10
const LOAD = {
  clients: 16,
  pauseMs: 150,
  timeLimitMs: 15 * 60_000,
  env: { SHUTDOWN_TIMEOUT: `${SHUTDOWN_TIMEOUT_MS}ms` },
}

export interface StopsReport {
  round: RoundReport
  stops: StopRecord[]
  /** What was wrong with the stops themselves, a line each. */
  failures: string[]
  folder: string
}

type StopsOptions = { stops: number; slackMs?: number } & Pick<RoundOptions, 'seed' | 'redis' | 'onFault'>

export interface StopOptions {
  stops: number
  seed: number
  /** The service has a Redis, which lives on. */
  redis: boolean
}

/** A round of stops, each restarted on the same folder. */
export async function runStops({ stops: count, slackMs, ...options }: StopsOptions): Promise<StopsReport> {
  const stops: StopRecord[] = []
  // Of its own: how often the round's is used depends on timing.
  const rng = createRng(options.seed)
  const round = await runRound({
    ...LOAD,
    ...options,
    nextJob: stubbornJob,
    faults: count,
    fault: async (service) => stops.push(await stopWatched(service, secondSignal(rng))),
  })
  return { round, stops, failures: failuresOfStops(stops, round.tally, SHUTDOWN_TIMEOUT_MS, slackMs), folder: round.folder }
}

/** A build whose process ends at the signal, told to stop while a receiver holds a callback: the checker must see it come again. */
export function runControl(seed: number, redis = false): Promise<Control<RoundReport>> {
  let met = false
  return runUntilMet({
    run: (n) =>
      runRound({
        ...LOAD,
        faults: CONTROL_STOPS,
        seed: seed + n,
        redis,
        preload: [ABRUPT_STOP],
        nextJob: heldJob(HELD_MS),
        async fault(service, _rng, moments) {
          const at = await moments.next('hit')
          const stopped = await service.stop()
          met ||= at !== null && stopped.at - at < WHILE_HELD_MS
        },
      }),
    met: () => met,
    seen: (report) => harmDone(report) > 0,
  })
}

async function stopWatched(service: RestartableService, second: SecondSignal | null): Promise<StopRecord> {
  const seen = await keepWatch(await service.start())
  const stopped = await service.stop(second ?? undefined)
  return { ...stopped, second, seen: await seen() }
}

function secondSignal(rng: Rng): SecondSignal | null {
  const share = rng.next()
  const afterMs = rng.between(0, LONGEST_GRACE_MS)
  if (share < SECOND_TERM) return { signal: 'SIGTERM', afterMs }
  return share < SECOND_TERM + SECOND_KILL ? { signal: 'SIGKILL', afterMs } : null
}

/** How many findings say that a stop repeated a callback or cost an attempt. */
function harmDone({ findings }: RoundReport): number {
  return findings.filter(({ says }) => says.includes('sent again') || says.startsWith('spent')).length
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function stop({ stops, seed, redis, print, record }: StopOptions & Output): Promise<boolean> {
  print(`control: a build that ends at the signal, told to stop while a callback is held (seed ${seed})`)
  const { report: control, sight } = await runControl(seed, redis)
  print(`  ${harmDone(control)} callbacks repeated or attempts spent: ${describeSight(sight)}`)
  if (sight !== 'seen') {
    print(`  history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

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
  const { tally } = round
  for (const line of [...describeRound(round), ...describeStops(report.stops, tally)]) print(`  ${line}`)
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  BREACH                ${failure}`)
  const orderly = report.stops.filter(({ cut }) => !cut)
  record(
    {
      stops: report.stops.length,
      'stops on work in flight': tally.stopsOnWork,
      'ended by themselves': orderly.length,
      'cut short by a second signal': report.stops.length - orderly.length,
      'slowest orderly stop': `${Math.round(Math.max(0, ...orderly.map(({ exit }) => exit.ms)))} ms`,
      'jobs acknowledged': tally.acknowledged,
      'jobs lost': tally.lost,
      'jobs stuck': tally.stuck,
      'held answers': orderly.reduce((sum, { seen }) => sum + seen.held, 0),
      'held answers cut': orderly.reduce((sum, { seen }) => sum + seen.held - seen.answered, 0),
    },
    { cases: `${report.stops.length} stops, ${tally.acknowledged.toLocaleString('en')} jobs`, lost: String(tally.lost) },
  )
  const held = failuresOf(round).length + failures.length === 0 && tally.stopsOnWork > 0 && report.stops.length === stops
  return conclude(held, round.folder, print)
}
