/**
 * How often unknown keys are answered in a minute: to one address, and with one beginning to everybody. Further ones are refused as
 * any other load is. A good key is never held up: it may come through the same proxy as the guesses, and a key of 190 random bits is
 * not found by guessing at any rate.
 */
import { ProblemError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/runtime.ts'
import { createRateLimit, rateLimitFields } from './rate-limit.ts'

const QUOTA = 600
/** As much of a key as lists show. */
const PREFIX_CHARACTERS = 12
/** Addresses and beginnings together. */
const TRACKED = 10_000

/** Counts one unknown key. Refuses with `rate_limited` once a quota is spent, and adds the fields of the limit to `headers` then. */
export type GuessLimit = (key: string, address: string, headers: Record<string, string>) => void

/** The limit on unknown keys. */
export function createGuessLimit(clock: Pick<Clock, 'monotonic'>): GuessLimit {
  const guess = createRateLimit(clock, TRACKED)

  return (key, address, headers) => {
    const uses = [guess(`address ${address}`, QUOTA), guess(`prefix ${key.slice(0, PREFIX_CHARACTERS)}`, QUOTA)]
    const refused = uses.find(({ allowed }) => !allowed)
    if (!refused) return
    Object.assign(headers, rateLimitFields('unknown-keys', QUOTA, refused))
    throw new ProblemError('rate_limited', 'Too many unknown keys were tried.', { retryAfterSeconds: refused.resetSeconds })
  }
}
