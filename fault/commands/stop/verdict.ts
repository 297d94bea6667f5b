/** What docs/guarantees.md (O1) says of stops, held against stops that happened. Pure. */
import { median } from '../../../bench/compare.ts'
import { p99 } from '../../../bench/paired-figures.ts'
import type { SecondSignal, Stopped } from '../../harness/restartable-service.ts'
import type { Tally } from '../../harness/tally.ts'
import type { Seen } from './watch.ts'

/** Beyond the time to stop a process may take so long to be gone, milliseconds. */
const SLACK_MS = 1_000

type Refusals = Pick<Tally, 'refused' | 'answersCut'>

export interface StopRecord extends Stopped {
  second: SecondSignal | null
  seen: Seen
}

/** What was wrong with the stops, a line each; none = all of them held. `limitMs` is the SHUTDOWN_TIMEOUT. */
export function failuresOfStops(
  stops: readonly StopRecord[],
  { refused, answersCut }: Refusals,
  limitMs: number,
  slackMs = SLACK_MS,
): string[] {
  const failures = stops.flatMap((stop, index) => failuresOfStop(stop, limitMs, slackMs).map((failure) => `stop ${index + 1}: ${failure}`))
  if (answersCut > 0) failures.push(`${answersCut} submits were carried out and their answers cut`)
  const errors = Object.keys(refused).filter((status) => /^5/.test(status) && status !== '503')
  return [...failures, ...errors.map((status) => `${refused[status]} submits were answered ${status}`)]
}

function failuresOfStop({ at, exit, cut, second, seen }: StopRecord, limitMs: number, slackMs: number): string[] {
  const failures: string[] = []
  const check = (holds: boolean, says: string) => holds || failures.push(says)
  if (cut) {
    const { code, signal, ms } = exit
    check(second?.signal === 'SIGKILL' ? signal === 'SIGKILL' : code === 1, `its second signal ended it with ${code ?? signal}`)
    check(ms <= slackMs, `it took ${Math.round(ms)} ms from the second signal`)
    return failures
  }
  check(exit.code === 0, `exited with ${exit.code ?? exit.signal}`)
  check(exit.ms <= limitMs + slackMs, `took ${Math.round(exit.ms)} ms`)
  check(seen.answered === seen.held, `${seen.held - seen.answered} of ${seen.held} held answers were cut`)
  check(seen.idle.error === null, `an idle connection ended with ${seen.idle.error}`)
  check(seen.idle.at - at <= limitMs / 2 + slackMs - SLACK_MS, `an idle connection was left open for ${Math.round(seen.idle.at - at)} ms`)
  return failures
}

export function describeStops(stops: readonly StopRecord[], { refused, answersCut }: Refusals): string[] {
  const clean = stops.filter((stop) => !stop.cut)
  const cutBy = (signal: SecondSignal['signal']) => stops.filter((stop) => stop.cut && stop.second?.signal === signal)
  const hastened = cutBy('SIGTERM').map((stop) => stop.exit.ms)
  const exits = clean.map((stop) => stop.exit.ms)
  const sum = (of: 'held' | 'answered') => clean.reduce((total, { seen }) => total + seen[of], 0)
  const idle = clean.map(({ at, seen }) => seen.idle.at - at)
  const { none = 0, ...others } = refused
  const statuses = Object.entries(others).map(([status, count]) => `, ${count} with ${status}`)
  const unanswered = sum('held') - sum('answered')
  return [
    `ended by themselves   ${clean.length}, in p50 ${ms(median(exits))}, ` +
      `p99 ${ms(p99(exits, exits.length))}, ${ms(Math.max(...exits))} at most`,
    `second SIGTERM        ${hastened.length}, gone within ${ms(Math.max(0, ...hastened))}; SIGKILL ${cutBy('SIGKILL').length}`,
    `held answers          ${sum('held')}, ${unanswered} of them cut; idle connections closed within ${ms(Math.max(...idle))}`,
    `submits refused       ${none} without an answer${statuses.join('')}; ${answersCut} carried out and their answer cut`,
  ]
}

function ms(value: number): string {
  return `${Math.round(value)} ms`
}
