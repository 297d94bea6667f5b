/**
 * How often unknown keys are answered in a minute: to one address, and with one beginning to everybody. Beyond that they wait like
 * any other load. A good key is never held up: it may come through the same proxy as the guesses, and with 190 random bits it is
 * not found by guessing at any rate.
 */
import { ProblemError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/runtime.ts'

const QUOTA = 600
const WINDOW_SECONDS = 60
/** As much of a key as lists show. */
const PREFIX_CHARACTERS = 12
const TRACKED = 10_000

/**
 * @returns counts one unknown key; refuses with `rate_limited` once the window's quota is spent, and adds the fields of
 * draft-ietf-httpapi-ratelimit-headers-10 to `headers`
 */
export function createGuessLimit(clock: Clock): (key: string, address: string, headers: Record<string, string>) => void {
  const windows = new Map<string, { endsAt: number; used: number }>()

  function count(source: string, now: number) {
    const before = windows.get(source)
    const window = before && before.endsAt > now ? before : { endsAt: now + WINDOW_SECONDS * 1000, used: 0 }
    window.used += 1
    // Set anew, so that the longest unused is the first.
    windows.delete(source)
    windows.set(source, window)
    const [oldest] = windows.keys()
    if (windows.size > TRACKED && oldest !== undefined) windows.delete(oldest)
    return window
  }

  return (key, address, headers) => {
    const now = clock.monotonic()
    const counted = [count(`address ${address}`, now), count(`prefix ${key.slice(0, PREFIX_CHARACTERS)}`, now)]
    const spent = counted.find(({ used }) => used > QUOTA)
    if (!spent) return
    const reset = Math.ceil((spent.endsAt - now) / 1000)
    headers['ratelimit-policy'] = `"unknown-keys";q=${QUOTA};w=${WINDOW_SECONDS}`
    headers.ratelimit = `"unknown-keys";r=0;t=${reset}`
    throw new ProblemError('rate_limited', 'Too many unknown keys were tried.', { retryAfterSeconds: reset })
  }
}
