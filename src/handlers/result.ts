/** Results that cannot be kept, wherever they come from. Pure. */
import type { RunOutcome } from '../domain/job-outcome.ts'

/** The result has more bytes than MAX_RESULT allows; `size` when it is known. */
export function tooLarge(maxResult: number, size: number | null): RunOutcome {
  const message = `The result is larger than ${maxResult} bytes.`
  return {
    kind: 'failed',
    failure: { code: 'result_too_large', message, retryable: false, details: { max_bytes: maxResult, bytes: size } },
  }
}
