/** `npm run fault -- redis`: Redis is broken in every way under an API and two workers. First on builds that do not find their way back, which must fail. */
import { type RedisSettings, redisObstacle } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import { type BlockReport, runBlock } from './block.ts'
import type { FaultReport, Plan } from './fault-round.ts'
import { CUT, type Fault, FLUSHED, FULL, frozenFor, KILLED, REPLACED } from './faults.ts'
import { describeBlocks, describeRound } from './report.ts'
import { delaysOf, harmOf, missesOf } from './verdict.ts'

const AOFS: readonly RedisSettings['aof'][] = [undefined, 'everysec', 'always']
const BOUND_MS = 30_000
/** Longer than it may take until turns are taken again. */
const CONTROL_BOUND_MS = 6_000
const SHOWN_FAILURES = 10

const NO_COMEBACK = sabotage('no-comeback')
const IDLE_SWEEP = sabotage('idle-sweep')

interface Control {
  name: string
  preload: URL
  /** As many tries to make it fail. */
  plan: readonly Plan[]
}

export const LOST_CONSUMER: Control = {
  name: 'a build whose workers do not take turns again after a lost connection',
  preload: NO_COMEBACK,
  plan: [{ fault: KILLED, quiet: true }],
}
const LOST_SWEEP: Control = {
  name: 'a build whose sweep wakes nothing',
  preload: IDLE_SWEEP,
  // A flush in the middle of a turn loses no lane.
  plan: Array.from({ length: 3 }, () => ({ fault: FLUSHED, quiet: true })),
}

export interface RedisOptions {
  rounds: number
  /** How long Redis is frozen, milliseconds. */
  freezeMs: number
  seed: number
  print: (line: string) => void
}

/** What befalls a build that must not outlive it: work must be seen to be stuck. */
export function runControl({ preload, plan }: Control, seed: number): Promise<BlockReport> {
  return runBlock({ plan, seed, boundMs: CONTROL_BOUND_MS, preload: [preload] })
}

/** Jobs were due and none began any more. */
export function isStuck({ rounds, tally }: BlockReport): boolean {
  return tally.stuck > 0 && rounds.some(({ jobsWaitMs }) => jobsWaitMs === Number.POSITIVE_INFINITY)
}

/** Every fault in turn, with new work coming and without; a third of the rounds for each way to keep the append-only file. */
export function blocksOf(rounds: number, faults: readonly Fault[]): { aof: RedisSettings['aof']; plan: Plan[] }[] {
  const turns = Array.from({ length: Math.ceil(rounds / faults.length) }, (_, turn) =>
    faults.map((fault, nth) => ({ fault, quiet: (nth + turn) % 2 === 1 })),
  )
  const at = (index: number) => Math.round((rounds * index) / AOFS.length)
  return AOFS.map((aof, index) => ({ aof, plan: turns.flat().slice(at(index), at(index + 1)) }))
}

/** True when the controls failed as they must and the real build held. Leaves the folders of what went wrong. */
export async function redis({ rounds, freezeMs, seed, print }: RedisOptions): Promise<boolean> {
  const obstacle = redisObstacle()
  if (obstacle !== null) throw new Error(`there is no Redis here: ${obstacle}`)
  for (const control of [LOST_CONSUMER, LOST_SWEEP]) if (!(await isSeen(control, seed, print))) return false

  print(`${rounds} rounds on an API and two workers (seed ${seed})`)
  const reports: BlockReport[] = []
  let held = true
  for (const { aof, plan } of blocksOf(rounds, [KILLED, frozenFor(freezeMs), FLUSHED, REPLACED, FULL, CUT])) {
    if (plan.length === 0) continue
    print(`  append-only file: ${aof ?? 'none'}`)
    const onFault = (round: FaultReport) => print(`    ${describeRound(round)}`)
    const report = await runBlock({ plan, ...(aof ? { aof } : {}), seed, boundMs: BOUND_MS, onFault })
    reports.push(report)
    const failures = [...harmOf(report), ...delaysOf(report), ...missesOf(report)]
    held &&= failures.length === 0
    for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`    BREACH ${failure}`)
    if (failures.length === 0) await removeFolder(report.folder)
    else print(`    history and data: ${report.folder}`)
  }
  for (const line of describeBlocks(reports)) print(`  ${line}`)
  print(held ? 'held' : 'FAILED')
  return held
}

async function isSeen(control: Control, seed: number, print: (line: string) => void): Promise<boolean> {
  print(`control: ${control.name}`)
  const report = await runControl(control, seed)
  const { tally, folder } = report
  const seen = isStuck(report)
  print(`  ${tally.stuck} of ${tally.acknowledged} jobs stuck: ${seen ? 'seen, as it must be' : `NOT SEEN; history and data: ${folder}`}`)
  if (seen) await removeFolder(folder)
  return seen
}
