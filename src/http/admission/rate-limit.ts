/**
 * How many jobs a tenant may submit in a minute (`limits.submits_per_minute`): fixed windows in the memory of this
 * process. Told in the fields of draft-ietf-httpapi-ratelimit-headers-10.
 */
import { ProblemError } from '../../domain/errors.ts'
import type { TenantLimits } from '../../domain/tenant.ts'
import type { Clock } from '../../ports/runtime.ts'

const WINDOW_SECONDS = 60
/** When there may be room again for a pending job is anybody's guess; this is how soon to ask, seconds. */
const DEFAULT_RETRY_SECONDS = 1

/** For the document. */
export const RATE_LIMIT_HEADERS = {
  ratelimit: 'What is left of a limit, and in how many seconds it begins anew. Absent where there is no limit.',
  'ratelimit-policy': 'The limit itself.',
}

type Headers = Record<string, string>

/** Whose submit is counted. */
export interface Submitter {
  tenantId: string
  limits: TenantLimits
}
export type SubmitLimit = (submitter: Submitter, headers: Headers) => void

/**
 * @returns counts one submit of the caller and adds the fields to `headers`; refuses with `rate_limited` once the
 * window's quota is spent
 */
export function createSubmitLimit(clock: Clock): SubmitLimit {
  const windows = new Map<string, { endsAt: number; used: number }>()

  return ({ tenantId, limits }, headers) => {
    const quota = limits.submits_per_minute
    if (quota === undefined) return
    const now = clock.monotonic()
    let window = windows.get(tenantId)
    if (!window || window.endsAt <= now) {
      window = { endsAt: now + WINDOW_SECONDS * 1000, used: 0 }
      windows.set(tenantId, window)
    }
    const allowed = window.used < quota
    if (allowed) window.used += 1
    const reset = Math.ceil((window.endsAt - now) / 1000)
    headers['ratelimit-policy'] = `"submits";q=${quota};w=${WINDOW_SECONDS}`
    headers.ratelimit = `"submits";r=${quota - window.used};t=${reset}`
    if (!allowed) throw new ProblemError('rate_limited', `This tenant may submit ${quota} jobs a minute.`, { retryAfterSeconds: reset })
  }
}

/** Adds the fields of the other limit, `pending_jobs`, to a refusal that came of it. */
export function describePendingLimit({ limits }: Pick<Submitter, 'limits'>, error: unknown, headers: Headers): void {
  if (!(error instanceof ProblemError) || error.code !== 'rate_limited' || limits.pending_jobs === undefined) return
  headers['ratelimit-policy'] = `"pending-jobs";q=${limits.pending_jobs}`
  headers.ratelimit = `"pending-jobs";r=0;t=${error.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS}`
}
