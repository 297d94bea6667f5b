/** The clock is set forward and back at random moments while jobs run, wait and are called back, and the verdict on it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { entriesOf, type Hit, machineTime, parseHistory } from '../../harness/history.ts'
import { heldJob, mixedJob } from '../../harness/jobs.ts'
import { failuresOf } from '../../harness/report.ts'
import { type RoundReport, runRound } from '../../harness/round.ts'
import { setClock, underFakeTime } from './fake-time.ts'

export const HOUR = 3_600_000
export const WEEK = 7 * 24 * HOUR
/** From the machine's own clock. */
const OFFSETS = [-WEEK, -HOUR, 0, HOUR, WEEK] as const
/**
 * Between a callback's timestamp, whole seconds, and its arrival: on a busy machine a request takes seconds. An attempt in flight at a jump
 * may be of either clock for so long. Far below the hour that offsets are apart.
 */
const CLOCK_SLACK_MS = 20_000
/** The schedule of a round has three waits. */
const TRIES = 4
const CLIENTS = 16

export interface JumpsOptions {
  jumps: number
  seed: number
  onJump?: (jumps: number) => void
}

export interface JumpsReport {
  round: RoundReport
  /** Most callbacks that arrived within one second. */
  busiestSecond: number
  /** What was wrong, a line each. */
  failures: string[]
  folder: string
}

interface Jump {
  at: number
  offset: number
}

/** A round of jumps. The clock ends at the latest time it has shown, so that whatever waits for a time is due in the end. */
export async function runJumps({ jumps: count, seed, onJump }: JumpsOptions): Promise<JumpsReport> {
  const jumps: Jump[] = [{ at: 0, offset: 0 }]
  let file = ''
  const jump = (offset: number) => {
    setClock(file, offset)
    jumps.push({ at: machineTime(), offset })
  }
  const round = await runRound({
    seed,
    clients: CLIENTS,
    pauseMs: 40,
    nextJob: mixedJob,
    timeLimitMs: 15 * 60_000,
    anyTime: true,
    under(folder) {
      file = join(folder, 'clock')
      setClock(file, 0)
      return underFakeTime(file)
    },
    faults: count,
    async fault(_service, rng) {
      const others = OFFSETS.filter((offset) => offset !== jumps.at(-1)?.offset)
      jump(others[rng.between(0, others.length - 1)] ?? 0)
      await sleep(rng.between(0, 1500))
      if (jumps.length > count) jump(Math.max(...jumps.map(({ offset }) => offset)))
    },
    ...(onJump ? { onFault: onJump } : {}),
  })
  const history = parseHistory(readFileSync(join(round.folder, 'history.jsonl'), 'utf8'))
  const hits = entriesOf(history, 'hit')
  const failures = [...failuresOf(round), ...misdated(hits, jumps)]
  if (round.tally.ends.failed !== undefined) failures.push(`${round.tally.ends.failed} jobs failed`)
  const mostTries = Math.max(0, ...entriesOf(history, 'delivery').map(({ attempts }) => attempts.length))
  if (mostTries > TRIES) failures.push(`a callback was tried ${mostTries} times where ${TRIES} are allowed`)
  return { round, busiestSecond: busiestSecond(hits), failures, folder: round.folder }
}

/** Of the control: how long its receiver holds a callback, and how soon a jump must come to meet it there, milliseconds. */
const HELD_MS = 2_000
const WHILE_HELD_MS = 1_000

/** One jump, an hour forward, while the receiver holds a callback. */
export async function runHeldJump(seed: number, preload: readonly URL[]): Promise<RoundReport & { met: boolean }> {
  let file = ''
  let met = false
  const round = await runRound({
    seed,
    clients: CLIENTS,
    pauseMs: 40,
    nextJob: heldJob(HELD_MS),
    timeLimitMs: 60_000,
    preload,
    anyTime: true,
    under(folder) {
      file = join(folder, 'clock')
      setClock(file, 0)
      return underFakeTime(file)
    },
    faults: 1,
    async fault(_service, _rng, moments) {
      const at = await moments.next('hit')
      setClock(file, HOUR)
      met = at !== null && machineTime() - at < WHILE_HELD_MS
    },
  })
  return { ...round, met }
}

/** Callbacks whose timestamp is not of the service's clock when they were sent. */
function misdated(hits: readonly Hit[], jumps: readonly Jump[]): string[] {
  const machineToWall = Date.now() - machineTime()
  return hits.flatMap((hit) => {
    const claimed = Number(hit.headers['webhook-timestamp']) * 1000
    const offsets = jumps.filter(
      ({ at }, index) => at <= hit.at && (jumps[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= hit.at - CLOCK_SLACK_MS,
    )
    const isRight = offsets.some(({ offset }) => Math.abs(claimed - (hit.at + machineToWall + offset)) < CLOCK_SLACK_MS)
    return isRight ? [] : [`a callback of ${hit.jobId} is dated ${new Date(claimed).toISOString()}, which the clock did not show`]
  })
}

function busiestSecond(hits: readonly Hit[]): number {
  const seconds = new Map<number, number>()
  for (const { at } of hits) seconds.set(Math.floor(at / 1000), (seconds.get(Math.floor(at / 1000)) ?? 0) + 1)
  return Math.max(0, ...seconds.values())
}
