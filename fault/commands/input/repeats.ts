/** Whether a service that answers the same over and over holds ever more memory. */
import type { Group } from '../../harness/case-group.ts'
import { residentOf } from '../../harness/process-figures.ts'
import type { Setup } from './setup.ts'

const MIB = 1024 * 1024
/** A batch of rounds may leave that behind: with 10 rounds of 457 cases, less than half a KiB a connection. */
const MOST_LEFT_BYTES = 2 * MIB
/** Lots in a row that leave no more: one alone may only have hidden it behind what the heap gave back. */
const LEVEL_LOTS = 2
/** Heaps grow in steps while they warm up; one that still grows after so many batches does not stop. */
const MOST_LOTS = 15

export interface Repeats {
  groups: Group[]
  /** Memory is level: the last batches left hardly anything behind. */
  level: boolean
  /** Resident MiB that each batch left behind. */
  left: number[]
}

/**
 * Lots of rounds, until the resident memory is level or it is clear that it will not be.
 *
 * @param rounds in a batch
 */
export async function runRepeats(
  { service }: Setup,
  round: () => Promise<Group[]>,
  rounds: number,
  mostLots = MOST_LOTS,
): Promise<Repeats> {
  const groups: Group[] = []
  const left: number[] = []
  let before = await residentOf(service)
  let levelLots = 0
  while (levelLots < LEVEL_LOTS && left.length < mostLots) {
    for (let n = 0; n < rounds; n += 1) groups.push(...(await round()))
    const now = await residentOf(service)
    left.push((now - before) / MIB)
    levelLots = now - before <= MOST_LEFT_BYTES ? levelLots + 1 : 0
    before = now
  }
  return { groups, level: levelLots === LEVEL_LOTS, left }
}
