import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callbackHorizon, callbackRetryDelay, jobRetryDelay, parseRetryAfter, RETRY_AFTER_CAP } from '../../src/domain/retry.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DEFAULT = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const policies = fc.record({
  schedule: fc.array(fc.integer({ min: 0, max: 24 * HOUR }), { maxLength: 12 }),
  jitter: fc.double({ min: 0, max: 0.2, noNaN: true }),
})

describe('the wait before a callback is tried again', () => {
  test.each(DEFAULT.map((wait, index) => [index + 1, wait]))('is, after try %i of the default schedule, %i ms', (tries, wait) => {
    expect(callbackRetryDelay({ schedule: DEFAULT, jitter: 0 }, tries, 0.99)).toBe(wait)
  })

  test('does not exist after the tenth: 75 h 35 min 5 s of waits are ten tries', () => {
    expect(callbackRetryDelay({ schedule: DEFAULT, jitter: 0 }, 10, 0)).toBeUndefined()
    expect(callbackHorizon({ schedule: DEFAULT, jitter: 0 })).toBe(75 * HOUR + 35 * MINUTE + 5 * SECOND)
  })

  test('is never shortened, and lengthened by no more than the jitter', () => {
    fc.assert(
      fc.property(policies, random, (policy, chance) => {
        for (const [index, base] of policy.schedule.entries()) {
          const delay = callbackRetryDelay(policy, index + 1, chance) ?? Number.NaN
          expect(delay).toBeGreaterThanOrEqual(base)
          expect(delay).toBeLessThanOrEqual(Math.ceil(base * (1 + policy.jitter)))
        }
      }),
    )
  })

  test('fits the horizon even when every wait is at its longest', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const longest = policy.schedule.reduce((sum, _wait, index) => sum + (callbackRetryDelay(policy, index + 1, 1) ?? 0), 0)
        expect(Math.abs(longest - callbackHorizon(policy))).toBeLessThanOrEqual(policy.schedule.length)
      }),
    )
  })
})

describe('the wait before a job is tried again', () => {
  test.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [6, 32_000],
    [7, 60_000],
    [1000, 60_000],
  ])('doubles from 1 s to 60 s: after attempt %i it is %i ms', (attempt, wait) => {
    expect(jobRetryDelay(attempt, 0)).toBe(wait)
  })

  test('is lengthened by at most 20 %, never beyond 60 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), random, (attempt, chance) => {
        const base = jobRetryDelay(attempt, 0)
        expect(jobRetryDelay(attempt, chance)).toBeGreaterThanOrEqual(base)
        expect(jobRetryDelay(attempt, chance)).toBeLessThanOrEqual(Math.min(60_000, base * 1.2))
      }),
    )
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 5, 12, 0, 0)

  test.each([
    ['seconds', '120', 120_000],
    ['no seconds', '0', 0],
    ['space around', ' 120 ', 120_000],
    ['an HTTP date', 'Thu, 05 Nov 2026 12:02:00 GMT', 120_000],
    ['an RFC 850 date', 'Thursday, 05-Nov-26 12:02:00 GMT', 120_000],
    ['an asctime date, which is GMT wherever we are', 'Thu Nov  5 12:02:00 2026', 120_000],
    ['a date that has passed', 'Thu, 05 Nov 2026 11:00:00 GMT', 0],
    ['a huge number', '1000000000000', RETRY_AFTER_CAP],
    ['more digits than a number has', '9'.repeat(400), RETRY_AFTER_CAP],
    ['the year 9999', 'Fri, 31 Dec 9999 23:59:59 GMT', RETRY_AFTER_CAP],
    ['nothing', '', undefined],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', 1500],
    ['half a fraction', '1.', undefined],
    ['an exponent', '1e3', undefined],
    ['text', 'soon', undefined],
    ['two headers', '5, 10', undefined],
    ['a date of no calendar', 'Thu, 99 Nov 2026 12:02:00 GMT', undefined],
    ['an ISO 8601 date', '2026-11-05T12:02:00Z', 120_000],
  ])('with %s', (_what, value, wait) => {
    expect(parseRetryAfter(value, now)).toBe(wait)
  })

  test('reads an asctime date as GMT in any time zone', () => {
    const zone = process.env.TZ
    process.env.TZ = 'America/New_York'
    try {
      expect(new Date(now).getTimezoneOffset()).toBe(300)
      expect(parseRetryAfter('Thu Nov  5 12:02:00 2026', now)).toBe(120_000)
    } finally {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  })

  test('is a wait of 0 to 24 h, or nothing, whatever a stranger sends', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.integer().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (value) => {
          const wait = parseRetryAfter(value, now)
          if (wait !== undefined) expect(wait).toBeGreaterThanOrEqual(0)
          if (wait !== undefined) expect(wait).toBeLessThanOrEqual(RETRY_AFTER_CAP)
        },
      ),
    )
  })
})
