/** How many jobs a tenant may submit in a minute (`limits.submits_per_minute`), and how many may be pending (`limits.pending_jobs`). */
import { ProblemError } from '../../domain/errors.ts'
import type { TenantLimits } from '../../domain/tenant.ts'
import type { Clock } from '../../ports/runtime.ts'
import { createRateLimit, rateLimitFields } from './rate-limit.ts'

const TRACKED_TENANTS = 100_000
/** Nobody knows when there will be room for a pending job again; this is how soon to ask, seconds. */
const DEFAULT_RETRY_SECONDS = 1

type Headers = Record<string, string>

/** Whose submit is counted. */
export interface Submitter {
  tenantId: string
  limits: TenantLimits
}

/** Counts one submit and adds the fields of the limit to `headers`. Refuses with `rate_limited` once the quota of the minute is spent. */
export type SubmitLimit = (submitter: Submitter, headers: Headers) => void

/** The limit of every tenant that has one. */
export function createSubmitLimit(clock: Pick<Clock, 'monotonic'>): SubmitLimit {
  const submit = createRateLimit(clock, TRACKED_TENANTS)

  return ({ tenantId, limits }, headers) => {
    const quota = limits.submits_per_minute
    if (quota === undefined) return
    const use = submit(tenantId, quota)
    Object.assign(headers, rateLimitFields('submits', quota, use))
    if (use.allowed) return
    throw new ProblemError('rate_limited', `This tenant may submit ${quota} jobs a minute.`, { retryAfterSeconds: use.resetSeconds })
  }
}

/** Adds the fields of the other limit, `pending_jobs`, to a refusal that came of it. */
export function describePendingLimit({ limits }: Pick<Submitter, 'limits'>, error: unknown, headers: Headers): void {
  if (!(error instanceof ProblemError) || error.code !== 'rate_limited' || limits.pending_jobs === undefined) return
  headers['ratelimit-policy'] = `"pending-jobs";q=${limits.pending_jobs}`
  headers.ratelimit = `"pending-jobs";r=0;t=${error.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS}`
}
