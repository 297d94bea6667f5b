/** `npm run fault -- neighbour`: what one hung destination with a backlog costs the others. First with lanes off, where it must show. */

import { sabotage } from '../../fault/harness/builds.ts'
import { describeSight } from '../../fault/harness/control.ts'
import { redisObstacle } from '../../test/support/redis.ts'
import { judgePairs, type Pair, type Verdict } from '../paired-figures.ts'
import { type BlockReport, runBlock } from './block.ts'

const LANES_OFF = [sabotage('lanes-off'), sabotage('no-shares')]
/** Every so many pairs the services are fresh ones: what is peculiar to one process evens out. */
const PAIRS_PER_BLOCK = 9
/** More than one process sends at a time. */
const CONTROL_BACKLOG = 400

export interface NeighbourOptions {
  /** Pairs of rounds. */
  rounds: number
  /** Deliveries that wait for the hung destination. */
  backlog: number
  /** Processes of each service beside its API, over Redis; with none it is one process. */
  workers: number
  print: (line: string) => void
}

/** A pair of rounds on a build in which a destination may take every slot: the others must be seen to wait. */
export function runControl(workers: number): Promise<BlockReport> {
  const backlog = CONTROL_BACKLOG * Math.max(1, workers)
  return runBlock({ pairs: 1, backlog, roundMs: 500, graceMs: 1_000, workers, preload: LANES_OFF })
}

/** True when the control failed as it must and the real build held. */
export async function neighbour({ rounds, backlog, workers, print }: NeighbourOptions): Promise<boolean> {
  const obstacle = workers === 0 ? null : redisObstacle()
  if (obstacle !== null) throw new Error(`there is no Redis here: ${obstacle}`)
  print('control: lanes off, a destination may take every slot')
  const control = judgePairs((await runControl(workers)).pairs)
  print(`  others' p99 ${ms(control.beside)} beside a hung destination, ${ms(control.without)} without: ${describeSight(!control.held)}`)
  if (control.held) return false

  print(`one destination hangs with ${backlog} deliveries waiting; 8 others answer in 5 ms at half of what the service can do`)
  const pairs: Pair[] = []
  let landed = true
  while (pairs.length < rounds) {
    const report = await runBlock({
      pairs: Math.min(PAIRS_PER_BLOCK, rounds - pairs.length),
      backlog,
      roundMs: 1_500,
      graceMs: 5_000,
      workers,
    })
    pairs.push(...report.pairs)
    landed &&= report.hung > 0 && report.waiting === backlog
    print(`  half of ${report.capacity.toFixed(0)} jobs/s; ${report.waiting} waiting, ${report.hung} requests hung`)
    for (const pair of report.pairs) print(`    p99 ${ms(pair.beside)} beside it, ${ms(pair.without)} without`)
  }
  const verdict = judgePairs(pairs)
  print(describe(verdict, pairs.length))
  if (!landed) print('FAILED: the backlog did not wait through the rounds')
  return verdict.held && landed
}

function describe({ beside, without, ratio, difference, held }: Verdict, count: number): string {
  const medians = `p99 ${ms(beside)} beside it, ${ms(without)} without; ratio ${ratio.toFixed(3)}, difference ${difference.toFixed(2)} ms`
  return `${held ? 'held' : 'FAILED'}: medians of ${count} pairs: ${medians} (at most 1.1, or 1 ms)`
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(1)} ms` : 'never'
}
