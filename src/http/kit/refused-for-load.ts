import { ProblemError } from '../../domain/errors.ts'
import { StoreUnavailable } from '../../ports/store.ts'

/** Whether a request was refused because there are too many. */
export function isForLoad(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return error.reason === 'overloaded'
  return error instanceof ProblemError && (error.code === 'overloaded' || error.code === 'rate_limited')
}
