/** `npm run fault -- stalls`: what could hold the service up, and what clients notice of it. Each part first on a build that it does hold up. */

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

/** True when every control was seen to fail and the real build held every time. */
export async function stalls({ holds, rounds, rows, jobs, print }: StallsOptions): Promise<boolean> {
  const obstacle = straceObstacle()
  if (obstacle !== null) throw new Error(`there is no strace here: ${obstacle}`)
  let held = true
  for (const part of [writeLock(holds), slowFsync(rounds), purge(rounds, rows), longReader(jobs)]) held = (await part(print)) && held
  print(held ? 'held' : 'FAILED')
  return held
}
