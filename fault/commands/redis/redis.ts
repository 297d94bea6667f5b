/** `npm run fault -- redis`: Redis is broken in every way under an API and two workers. First on builds that do not get over it. */
import { type RedisSettings, redisObstacle } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { type BlockReport, runBlock } from './block.ts'
import type { FaultReport, Plan } from './fault-round.ts'
import { CUT, type Fault, FLUSHED, FULL, frozenFor, KILLED, REPLACED } from './faults.ts'
import { describeBlocks, describeRound } from './report.ts'
import { delaysOf, harmOf, missesOf, submitP99 } from './verdict.ts'

const AOFS: readonly RedisSettings['aof'][] = [undefined, 'everysec', 'always']
const BOUND_MS = 30_000
/** Longer than it may take until work goes on. */
const CONTROL_BOUND_MS = 6_000
const SHOWN_FAILURES = 10

interface Sabotaged {
  name: string
  preload: URL
  plan: readonly Plan[]
  /** Whether a fault met what the build breaks. */
  met(round: FaultReport): boolean
}

export const LOST_CONSUMER: Sabotaged = {
  name: 'a build whose workers do not take work again after a lost connection',
  preload: sabotage('no-comeback'),
  plan: [{ fault: KILLED, quiet: true }],
  met: ({ waiting }) => waiting > 0,
}
const LOST_SWEEP: Sabotaged = {
  name: 'a build whose sweep wakes nothing',
  preload: sabotage('idle-sweep'),
  plan: Array.from({ length: 3 }, () => ({ fault: FLUSHED, quiet: true })),
  // A lane whose worker is just at it is in no line, and loses nothing.
  met: ({ lanesLost }) => lanesLost > 0,
}

export interface RedisOptions {
  rounds: number
  /** How long Redis is frozen, milliseconds. */
  freezeMs: number
  seed: number
}

/** A fault that a sabotaged build does not get over: work must be seen to be stuck. */
export function runControl({ preload, plan, met }: Sabotaged, seed: number): Promise<Control<BlockReport>> {
  return runUntilMet({
    run: (n) => runBlock({ plan, seed: seed + n, boundMs: CONTROL_BOUND_MS, preload: [preload] }),
    met: ({ rounds }) => rounds.some(met),
    seen: isStuck,
  })
}

/** Jobs were due and none began any more. */
function isStuck({ rounds, tally }: BlockReport): boolean {
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
export async function redis({ rounds, freezeMs, seed, print, record }: RedisOptions & Output): Promise<boolean> {
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
  const all = reports.flatMap((report) => report.rounds)
  const sum = (of: (tally: BlockReport['tally']) => number) => reports.reduce((total, { tally }) => total + of(tally), 0)
  const slowest = (of: (round: FaultReport) => number) => `${(Math.max(0, ...all.map(of)) / 1000).toFixed(1)} s`
  record({
    faults: all.length,
    'faults on work that waited': all.filter(({ waiting }) => waiting > 0).length,
    'replies cut': all.reduce((total, { cuts }) => total + cuts, 0),
    'jobs acknowledged': sum((tally) => tally.acknowledged),
    'jobs lost': sum((tally) => tally.lost),
    'jobs stuck': sum((tally) => tally.stuck),
    'done twice': sum((tally) => tally.duplicates),
    'jobs go on, at the latest after the return': slowest(({ jobsWaitMs }) => jobsWaitMs),
    'callbacks go on, at the latest after the return': slowest(({ callbacksWaitMs }) => callbacksWaitMs),
    'p99 of submits meanwhile': `${Math.round(submitP99(all))} ms`,
  })
  print(held ? 'held' : 'FAILED')
  return held
}

async function isSeen(build: Sabotaged, seed: number, print: Output['print']): Promise<boolean> {
  print(`control: ${build.name}`)
  const { report, sight } = await runControl(build, seed)
  const { tally, folder } = report
  print(`  ${tally.stuck} of ${tally.acknowledged} jobs stuck: ${describeSight(sight)}`)
  if (sight === 'seen') await removeFolder(folder)
  else print(`  history and data: ${folder}`)
  return sight === 'seen'
}
