/** `npm run fault -- clock`: the service's clock is set forward and back under it. First on a build whose timers follow the clock. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { conclude, describeRound, failuresOf } from '../../harness/report.ts'
import type { RoundReport } from '../../harness/round.ts'
import { fakeTimeObstacle } from './fake-time.ts'
import { HOUR, runHeldJump, runJumps, WEEK } from './jumps.ts'
import { type Stay, stay } from './stays.ts'

const WALL_TIMERS = sabotage('wall-timers')
const OFFSETS = [-WEEK, -HOUR, HOUR, WEEK]
const SHOWN_FAILURES = 10

export interface ClockOptions {
  jumps: number
  /** How often the clock is set by each offset, and stays. */
  stays: number
  seed: number
}

/** A build whose timers wait for a time of day: a callback that is held at a jump must be seen to be given up, and so to come twice. */
export function runControl(seed: number): Promise<Control<RoundReport & { met: boolean }>> {
  return runUntilMet({
    run: (n) => runHeldJump(seed + n, [WALL_TIMERS]),
    met: ({ met }) => met,
    seen: ({ tally }) => endedTooEarly(tally) > 0,
  })
}

/** A job of these fails by nothing but its time-out, and a callback is accepted twice when its first attempt was given up. */
function endedTooEarly({ ends, duplicates }: RoundReport['tally']): number {
  return (ends.failed ?? 0) + duplicates
}

/** Each offset in turn. */
async function runStays(times: number): Promise<Stay[]> {
  const stays: Stay[] = []
  for (let n = 0; n < times; n += 1) for (const offset of OFFSETS) stays.push(await stay(offset))
  return stays
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function clock({ jumps, stays: times, seed, print, record }: ClockOptions & Output): Promise<boolean> {
  const obstacle = fakeTimeObstacle()
  if (obstacle !== null) throw new Error(`no clock can be set here: ${obstacle}`)
  print(`control: a jump of a build whose timers wait for a time of day, while a callback is held (seed ${seed})`)
  const { report: control, sight } = await runControl(seed)
  print(`  ${endedTooEarly(control.tally)} jobs and attempts ended too early: ${describeSight(sight)}`)
  if (sight !== 'seen') {
    print(`  history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print('the clock is set by 1 h and by 7 d, forward and back, stays there and is set back')
  const stays = await runStays(times)
  const faults = stays.flatMap((one) => one.faults)
  const held = stays.filter((one) => one.faults.length === 0).length
  const slowest = Math.round(Math.max(0, ...stays.map(({ ms }) => ms)))
  print(`  ${held}/${stays.length} held; what came after a jump was done and called back within ${slowest} ms`)
  for (const fault of faults.slice(0, SHOWN_FAILURES)) print(`  BREACH                ${fault}`)

  print(`${jumps} jumps by up to 14 d under load (seed ${seed})`)
  const report = await runJumps({
    jumps,
    seed,
    onJump: (count) => {
      if (count % 10 === 0) print(`  ${count} jumps`)
    },
  })
  const { tally } = report.round
  for (const line of describeRound(report.round)) print(`  ${line}`)
  print(`  busiest second        ${report.busiestSecond} callbacks`)
  for (const failure of report.failures.slice(failuresOf(report.round).length, SHOWN_FAILURES)) print(`  BREACH                ${failure}`)
  record({
    'stays at ±1 h and ±7 d as expected': `${held} of ${stays.length}`,
    'random jumps, up to 14 d': jumps,
    jobs: tally.acknowledged,
    'jobs lost': tally.lost,
    'jobs stuck': tally.stuck,
    'done twice': tally.duplicates,
    'busiest second': `${report.busiestSecond} callbacks`,
    'longest wait for what came after a jump': `${slowest} ms`,
  })
  return conclude(faults.length === 0 && report.failures.length === 0, report.folder, print)
}
