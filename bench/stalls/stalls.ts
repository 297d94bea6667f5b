/** `npm run bench -- stalls`: what clients notice of what could hold the service up. Each part first on a build that it does hold up. */
import { straceObstacle } from '../../fault/harness/strace.ts'
import { longReader } from './long-reader.ts'
import { purge } from './purge.ts'
import { slowFsync } from './slow-fsync.ts'
import { writeLock } from './write-lock.ts'

export interface StallsOptions {
  /** Times that a locker holds the write lock. */
  holds: number
  /** Rounds of a pair on the slow disk, and while rows are purged. */
  rounds: number
  /** To be purged. */
  rows: number
  /** Written beside a long reader. */
  jobs: number
  print: (line: string) => void
}

/** Prints the figures of each part. True when nothing was lost or answered wrongly and every limit of docs/guarantees.md was kept. */
export async function stalls({ holds, rounds, rows, jobs, print }: StallsOptions): Promise<boolean> {
  const obstacle = straceObstacle()
  if (obstacle !== null) throw new Error(`there is no strace here: ${obstacle}`)
  let isWithin = true
  for (const part of [writeLock(holds), slowFsync(rounds), purge(rounds, rows), longReader(jobs)])
    isWithin = (await part(print)) && isWithin
  return isWithin
}
