/**
 * `npm run bench -- noisy-neighbour`: what one hung destination with a backlog costs the others. First on a build in which a destination
 * may take every slot, so that the figure has a scale.
 */
import { sabotage } from '../../fault/harness/builds.ts'
import { redisObstacle } from '../../test/support/redis.ts'
import { comparePairs, type Pair, type PairedFigures } from '../paired-figures.ts'
import { type BlockReport, runBlock } from './block.ts'

const LANES_OFF = [sabotage('lanes-off'), sabotage('no-shares')]
/** Every so many pairs the services are fresh ones: what is peculiar to one process evens out. */
const PAIRS_PER_BLOCK = 9
/** More than one process sends at a time. */
const CONTROL_BACKLOG = 400

export interface NoisyNeighbourOptions {
  /** Pairs of rounds. */
  rounds: number
  /** Deliveries that wait for the hung destination. */
  backlog: number
  /** Processes of each service beside its API, over Redis; with none it is one process. */
  workers: number
  print: (line: string) => void
}

/** A pair of rounds on a build in which a destination may take every slot: the others wait. */
function runControl(workers: number): Promise<BlockReport> {
  const backlog = CONTROL_BACKLOG * Math.max(1, workers)
  return runBlock({ pairs: 1, backlog, roundMs: 500, graceMs: 1_000, workers, preload: LANES_OFF })
}

/** Prints the figures. Throws when the backlog did not wait through the rounds, for then they say nothing. */
export async function noisyNeighbour({ rounds, backlog, workers, print }: NoisyNeighbourOptions): Promise<void> {
  const obstacle = workers === 0 ? null : redisObstacle()
  if (obstacle !== null) throw new Error(`there is no Redis here: ${obstacle}`)
  const control = comparePairs((await runControl(workers)).pairs)
  print(`a build in which a destination may take every slot: ${describe(control)}`)

  print(`one destination hangs with ${backlog} deliveries waiting; 8 others answer in 5 ms at half of what the service can do`)
  const pairs: Pair[] = []
  while (pairs.length < rounds) {
    const report = await runBlock({
      pairs: Math.min(PAIRS_PER_BLOCK, rounds - pairs.length),
      backlog,
      roundMs: 1_500,
      graceMs: 5_000,
      workers,
    })
    pairs.push(...report.pairs)
    print(`  half of ${report.capacity.toFixed(0)} jobs/s; ${report.waiting} waiting, ${report.hung} requests hung`)
    for (const pair of report.pairs) print(`    p99 ${ms(pair.beside)} beside it, ${ms(pair.without)} without`)
    if (report.hung === 0 || report.waiting < backlog) throw new Error('the backlog did not wait through the rounds')
  }
  print(`medians of ${pairs.length} pairs: ${describe(comparePairs(pairs))}`)
}

function describe({ beside, without, ratio, difference }: PairedFigures): string {
  return `p99 of the others ${ms(beside)} beside it, ${ms(without)} without; ratio ${ratio.toFixed(3)}, difference ${ms(difference)}`
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(1)} ms` : 'never'
}
