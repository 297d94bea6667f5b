/**
 * Rate limits: fixed windows of a minute, kept in the memory of this process and told in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../ports/runtime.ts'

const WINDOW_SECONDS = 60

/** The fields, with their description for the API page. */
export const RATE_LIMIT_HEADERS = {
  ratelimit: 'What is left of a limit, and in how many seconds it begins anew. Absent where there is no limit.',
  'ratelimit-policy': 'The limit itself.',
}

/** One use that was asked for. */
export interface Use {
  /** False: the quota of the window is spent, and the use does not count. */
  allowed: boolean
  /** Uses that are left in the window. */
  left: number
  /** Seconds until the next window, rounded up. */
  resetSeconds: number
}

/** Counts one use of what `key` names against its quota in a minute. */
export type RateLimit = (key: string, quota: number) => Use

/** @param tracked keys whose windows are kept; beyond them the one that was used least recently is forgotten */
export function createRateLimit(clock: Pick<Clock, 'monotonic'>, tracked: number): RateLimit {
  const windows = new LRUCache<string, { endsAt: number; used: number }>({ max: tracked })

  return (key, quota) => {
    const now = clock.monotonic()
    const known = windows.get(key)
    const window = known && known.endsAt > now ? known : { endsAt: now + WINDOW_SECONDS * 1000, used: 0 }
    if (window !== known) windows.set(key, window)
    const allowed = window.used < quota
    if (allowed) window.used += 1
    return { allowed, left: quota - window.used, resetSeconds: Math.ceil((window.endsAt - now) / 1000) }
  }
}

/** The fields that tell of a use under this policy. Names in lower case. */
export function rateLimitFields(
  policy: string,
  quota: number,
  { left, resetSeconds }: Use,
): Record<keyof typeof RATE_LIMIT_HEADERS, string> {
  return {
    'ratelimit-policy': `"${policy}";q=${quota};w=${WINDOW_SECONDS}`,
    ratelimit: `"${policy}";r=${left};t=${resetSeconds}`,
  }
}
