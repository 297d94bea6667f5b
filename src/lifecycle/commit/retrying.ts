import { ProblemError } from '../../domain/errors.ts'

/** A decision that lost its race is made again at most so often. */
const ROUNDS = 8

/**
 * Loads, decides and commits until the commit was not lost to somebody else's. Rejects with the ProblemError `overloaded`, which names
 * `what` (such as `job job_…`), after 8 lost races in a row; and as `once` does.
 *
 * @param once reads the record anew, decides and commits; answers 'lost' when a guard of its commit missed
 */
export async function retrying<T>(what: string, once: () => Promise<T | 'lost'>): Promise<T> {
  for (let round = 0; round < ROUNDS; round++) {
    const result = await once()
    if (result !== 'lost') return result
  }
  throw new ProblemError('overloaded', `The ${what} changes too fast to be changed now.`, { retryAfterSeconds: 1 })
}
