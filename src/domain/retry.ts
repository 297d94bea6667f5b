/** When to try again: jobs and callbacks. Pure; `random` is a number in [0, 1). All durations in milliseconds. */

import { parseHttpDate } from './http-date.ts'

const SECOND = 1000
const JOB_RETRY_CAP = 60 * SECOND
const JOB_RETRY_JITTER = 0.2
/** A receiver may ask for a longer wait, but not for more than a day (docs/contract.md#callbacks). */
export const RETRY_AFTER_CAP = 24 * 60 * 60 * SECOND

/** The wait after a job's n-th failed attempt: 1 s, 2 s, 4 s … lengthened by up to 20 %, at most 60 s. */
export function jobRetryDelay(attempt: number, random: number): number {
  const base = Math.min(JOB_RETRY_CAP, SECOND * 2 ** Math.min(attempt - 1, 16))
  return Math.round(Math.min(JOB_RETRY_CAP, base * (1 + JOB_RETRY_JITTER * random)))
}

const UPSTREAM_WAIT_MIN = SECOND
const UPSTREAM_WAIT_CAP = 30 * SECOND

/** The wait before a job asks again an upstream that answers nothing, when it has `waited` so far: half as long, 1 s to 30 s. */
export function upstreamWait(waited: number): number {
  return Math.min(UPSTREAM_WAIT_CAP, Math.max(UPSTREAM_WAIT_MIN, Math.round(waited / 2)))
}

/** How callbacks are retried. */
export interface RetryPolicy {
  /** The waits after the first attempt. n waits make n + 1 attempts. */
  schedule: readonly number[]
  /** Each wait is lengthened by 0 to this share, never shortened; 0 = exact. */
  jitter: number
}

/** The wait after so many failed attempts of the present budget, or undefined when the budget is spent. */
export function callbackRetryDelay(policy: RetryPolicy, attemptsInBudget: number, random: number): number | undefined {
  const base = policy.schedule[attemptsInBudget - 1]
  return base === undefined ? undefined : Math.round(base * (1 + policy.jitter * random))
}

/** How long the waits of a schedule take at most: every one at its longest. */
export function callbackHorizon(policy: RetryPolicy): number {
  return Math.round(policy.schedule.reduce((sum, wait) => sum + wait, 0) * (1 + policy.jitter))
}

/**
 * A Retry-After header (RFC 9110 section 10.2.3) as a wait from `now`, capped at 24 h: seconds, with a fraction too, or a date
 * in any form that names one moment. Undefined for anything else: garbage changes nothing. A date in the past is
 * a wait of 0.
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim()
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(RETRY_AFTER_CAP, Math.ceil(Number(text) * SECOND))
  const at = parseHttpDate(text, now)
  return at === undefined ? undefined : Math.min(RETRY_AFTER_CAP, Math.max(0, at - now))
}
