/** `npm run fault -- clock`: the service's clock is set forward and back under it. First on a build whose timers follow the clock, which must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import { conclude, describeRound, describeSight, failuresOf } from '../../harness/report.ts'
import { fakeTimeObstacle } from './fake-time.ts'
import { HOUR, type JumpsReport, runJumps, WEEK } from './jumps.ts'
import { type Scene, stay } from './stays.ts'

const WALL_TIMERS = sabotage('wall-timers')
const CONTROL_JUMPS = 10
const OFFSETS = [-WEEK, -HOUR, HOUR, WEEK]

export interface ClockOptions {
  jumps: number
  /** Times that the clock is set by each offset, and stays. */
  stays: number
  seed: number
  print: (line: string) => void
}

/** On a build whose timers wait for a time of day: what is in flight at a jump must be seen to end too early. */
export function runControl(seed: number, jumps = CONTROL_JUMPS): Promise<JumpsReport> {
  return runJumps({ jumps, seed, preload: [WALL_TIMERS] })
}

/**
 * What ended before its time: a job of these fails by nothing but its time-out, and a callback is accepted twice when its first try
 * was given up.
 */
export function endedTooEarly({ round }: JumpsReport): number {
  return (round.tally.ends.failed ?? 0) + round.tally.duplicates
}

/** Each offset in turn. */
async function runStays(times: number, offsets: readonly number[] = OFFSETS): Promise<Scene[]> {
  const scenes: Scene[] = []
  for (let n = 0; n < times; n += 1) for (const offset of offsets) scenes.push(await stay(offset))
  return scenes
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function clock({ jumps, stays, seed, print }: ClockOptions): Promise<boolean> {
  const obstacle = fakeTimeObstacle()
  if (obstacle !== null) throw new Error(`no clock can be set here: ${obstacle}`)
  print(`control: ${CONTROL_JUMPS} jumps of a build whose timers wait for a time of day (seed ${seed})`)
  const control = await runControl(seed)
  const early = endedTooEarly(control)
  print(`  ${early} jobs and tries ended too early: ${describeSight(early > 0)}`)
  if (early === 0) {
    print(`  the checker is blind; history and data: ${control.round.folder}`)
    return false
  }
  await removeFolder(control.round.folder)

  print('the clock is set by 1 h and by 7 d, forward and back, stays there and is set back')
  const scenes = await runStays(stays)
  const sceneFaults = scenes.flatMap(({ faults }) => faults)
  print(
    `  ${scenes.filter(({ faults }) => faults.length === 0).length}/${scenes.length} held; what came after a jump was done and called back within ${Math.round(Math.max(0, ...scenes.map(({ ms }) => ms)))} ms`,
  )
  for (const fault of sceneFaults.slice(0, 10)) print(`  BREACH                ${fault}`)

  print(`${jumps} jumps by up to 14 d under load (seed ${seed})`)
  const report = await runJumps({
    jumps,
    seed,
    onJump: (count) => {
      if (count % 10 === 0) print(`  ${count} jumps`)
    },
  })
  for (const line of describeRound(report.round)) print(`  ${line}`)
  print(`  busiest second        ${report.busiestSecond} callbacks`)
  for (const failure of report.failures.slice(failuresOf(report.round).length, 10)) print(`  BREACH                ${failure}`)
  const held = sceneFaults.length === 0 && report.failures.length === 0
  return conclude(held, report.round.folder, print)
}
