/** Results that cannot be kept, from handlers and upstreams alike. */
import type { RunOutcome } from '../domain/job-outcome.ts'

/** The failure of a run whose result has more bytes than MAX_RESULT allows. `size` in bytes; null when it is not known. */
export function tooLarge(maxResult: number, size: number | null): RunOutcome {
  const message = `The result is larger than ${maxResult} bytes.`
  return {
    kind: 'failed',
    failure: { code: 'result_too_large', message, retryable: false, details: { max_bytes: maxResult, bytes: size } },
  }
}
