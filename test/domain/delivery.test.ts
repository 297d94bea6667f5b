import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { finishAttempt, type SendOutcome } from '../../src/domain/attempt.ts'
import {
  type DeadDelivery,
  type Delivery,
  discardDelivery,
  giveUpDelivery,
  isOpen,
  newDelivery,
  type PendingDelivery,
  releaseDelivery,
  replayDelivery,
  startSending,
} from '../../src/domain/delivery.ts'
import type { RetryPolicy } from '../../src/domain/retry.ts'

const POLICY: RetryPolicy = { schedule: [5_000, 300_000], jitter: 0 }
const T0 = 1_000_000

function pending(policy = POLICY): PendingDelivery {
  const names = { id: 'dlv_1', tenantId: 'tnt_1', eventId: 'evt_1', eventType: 'job.completed', jobId: 'job_1', jobType: 'report' }
  const target = { endpointId: null, url: 'https://partner.example/hooks', destination: 'tnt_1 https://partner.example' }
  return newDelivery({ ...names, ...target }, policy, T0, null)
}

function answered(status: number, headers: Record<string, string> = {}): SendOutcome {
  return { kind: 'answered', status, error: null, errorCause: null, ms: 7, responseHeaders: headers, responseBody: new Uint8Array([1]) }
}

const SENT = { signature: 'v1,abc', version: '1.2.3', custom: ['x-key'] }

function failed(error: string, kind: SendOutcome['kind'] = 'failed'): SendOutcome {
  return { kind, status: null, error, errorCause: null, ms: 7, responseHeaders: {}, responseBody: new Uint8Array() }
}

interface TryOptions {
  policy?: RetryPolicy
  tookMs?: number
  at?: number
  random?: number
  probe?: boolean
  openAt?: number | null
}

/** One try that begins when it is due and takes `tookMs`. */
function attempt(
  delivery: PendingDelivery,
  outcome: SendOutcome,
  { policy = POLICY, tookMs = 0, at = delivery.dueAt, random = 0, probe = false, openAt = probe ? at : null }: TryOptions = {},
) {
  return finishAttempt(startSending(delivery, 'w.1'), { outcome, sent: SENT, startedAt: at, now: at + tookMs, openAt, random }, policy)
}

/** Tries until nothing is owed any more. */
function exhaust(delivery: PendingDelivery, outcome: SendOutcome, options: TryOptions = {}) {
  const attempts: number[] = []
  let current: Delivery = delivery
  while (current.status === 'pending') {
    const step = attempt(current, outcome, options)
    if (step.attempt) attempts.push(step.attempt.n)
    current = step.delivery
  }
  return { delivery: current, attempts }
}

describe('a new delivery', () => {
  test('is due at once; its horizon is the schedule, and as long again for waiting behind an open breaker', () => {
    expect(pending()).toMatchObject({ status: 'pending', dueAt: T0, attempts: 0, giveUpAt: T0 + 610_000, version: 1 })
    expect(pending({ ...POLICY, jitter: 0.2 }).giveUpAt).toBe(T0 + 732_000)
  })
})

describe('a try', () => {
  test.each([200, 201, 202, 204, 299])('answered %i delivers it', (status) => {
    const { delivery } = attempt(pending(), answered(status))
    expect(delivery).toMatchObject({ status: 'delivered', finishedAt: T0, attempts: 1, lastStatus: status, lastError: null })
  })

  test.each([300, 301, 302, 307, 308, 400, 401, 404, 408, 413, 425, 429, 500, 502, 503, 504, 999])(
    'answered %i is made again on the schedule',
    (status) => {
      const { delivery } = attempt(pending(), answered(status))
      expect(delivery).toMatchObject({
        status: 'pending',
        dueAt: T0 + 5_000,
        lease: null,
        attempts: 1,
        attemptsInBudget: 1,
        lastStatus: status,
      })
    },
  )

  test.each(['timeout', 'connection_refused', 'connection_reset', 'dns_failed', 'tls_failed'])(
    'that ends in %s is made again on the schedule',
    (error) => {
      const { delivery } = attempt(pending(), failed(error))
      expect(delivery).toMatchObject({ status: 'pending', dueAt: T0 + 5_000, lastStatus: null, lastError: error })
    },
  )

  test('answered 410 ends it at once: gone', () => {
    expect(attempt(pending(), answered(410)).delivery).toMatchObject({ status: 'dead', reason: 'gone', attempts: 1, lastStatus: 410 })
  })

  test('refused by the guard ends it at once: forbidden', () => {
    const { delivery } = attempt(pending(), failed('forbidden_address', 'forbidden'))
    expect(delivery).toMatchObject({ status: 'dead', reason: 'forbidden', lastError: 'forbidden_address' })
  })

  test('we interrupt ourselves counts for nothing and is still due', () => {
    const before = pending()
    const { delivery, attempt: logged } = attempt(before, failed('interrupted', 'interrupted'), { tookMs: 40 })
    expect(logged).toBeNull()
    expect(delivery).toMatchObject({
      status: 'pending',
      dueAt: T0,
      attempts: 0,
      attemptsInBudget: 0,
      lastError: null,
      giveUpAt: before.giveUpAt,
    })
  })

  test('is logged with what came of it', () => {
    expect(attempt(pending(), answered(503, { 'x-a': '1' }), { tookMs: 30 }).attempt).toEqual({
      deliveryId: 'dlv_1',
      n: 1,
      at: T0,
      ms: 7,
      status: 503,
      error: null,
      errorCause: null,
      sent: SENT,
      responseHeaders: { 'x-a': '1' },
      responseBody: new Uint8Array([1]),
    })
  })
})

describe('the budget', () => {
  test('is one try more than the schedule has waits; then it is dead: exhausted', () => {
    const { delivery, attempts } = exhaust(pending(), answered(500))
    expect(delivery).toMatchObject({ status: 'dead', reason: 'exhausted', attempts: 3, lastStatus: 500, finishedAt: T0 + 305_000 })
    expect(attempts).toEqual([1, 2, 3])
  })

  test('is spent in full by a receiver that hangs longer than the whole schedule', () => {
    const policy = { schedule: [10, 10, 10], jitter: 0 }
    const { attempts } = exhaust(pending(policy), failed('timeout'), { policy, tookMs: 15_000 })
    expect(attempts).toEqual([1, 2, 3, 4])
  })

  test('is not cut short by our own lateness: a restart, a backlog', () => {
    const { delivery } = attempt(pending(), answered(500), { at: T0 + 900_000 })
    expect(delivery).toMatchObject({ status: 'pending', dueAt: T0 + 905_000, giveUpAt: T0 + 900_000 + 610_000 })
  })

  test('is not cut short by waiting behind an open breaker for as long as the schedule', () => {
    const { delivery, attempts } = exhaust({ ...pending(), dueAt: T0 + 304_999 }, answered(503), { probe: true })
    expect(delivery).toMatchObject({ reason: 'exhausted', attemptsInBudget: 3 })
    expect(attempts).toEqual([1, 2, 3])
  })

  test('is cut short by the horizon when a probe behind an open breaker fails past twice the schedule', () => {
    const { delivery } = attempt(pending(), answered(503), { at: T0 + 610_000, probe: true })
    expect(delivery).toMatchObject({ status: 'dead', reason: 'exhausted', attempts: 1 })
  })

  test('counts its wait behind a breaker that has closed before its try, and not what it was late by after that', () => {
    const { delivery } = attempt(pending(), answered(503), { at: T0 + 900_000, openAt: T0 + 600_000 })
    expect(delivery).toMatchObject({ status: 'pending', giveUpAt: T0 + 610_000 + 300_000 })
    const longer = attempt(pending(), answered(503), { at: T0 + 900_000, openAt: T0 + 610_000 })
    expect(longer.delivery).toMatchObject({ status: 'dead', reason: 'exhausted', attempts: 1 })
    // Due after it had closed.
    const later = attempt(pending(), answered(503), { at: T0 + 900_000, openAt: T0 - 1 })
    expect(later.delivery).toMatchObject({ status: 'pending', giveUpAt: T0 + 610_000 + 900_000 })
  })

  test('ends when the horizon passes behind an open breaker: the destination was down if no try of its own was made', () => {
    expect(giveUpDelivery(pending(), T0 + 1)).toMatchObject({
      status: 'dead',
      reason: 'destination_down',
      attempts: 0,
      finishedAt: T0 + 1,
      version: 2,
    })
    const tried = attempt(pending(), answered(503)).delivery as PendingDelivery
    expect(giveUpDelivery(tried, T0 + 700_000)).toMatchObject({ reason: 'exhausted', attempts: 1 })
    const replayed = replayDelivery(giveUpDelivery(tried, T0 + 700_000), POLICY, T0 + 800_000)
    expect(giveUpDelivery(replayed, T0 + 1_500_000)).toMatchObject({ reason: 'destination_down', attempts: 1, attemptsInBudget: 0 })
  })

  test('outlasts its tries while waits behind open or flapping breakers stay within the schedule, and ends by twice of it', () => {
    const policies = fc.record({
      schedule: fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 6 }),
      jitter: fc.constantFrom(0, 0.2),
    })
    const late = fc.oneof(fc.constant(0), fc.nat(1e6))
    const step = fc.record({ waited: fc.nat(1e6), late, random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }) })
    fc.assert(
      fc.property(policies, fc.array(step, { minLength: 7, maxLength: 7 }), (policy, steps) => {
        const length = Math.round(policy.schedule.reduce((sum, wait) => sum + wait, 0) * (1 + policy.jitter))
        let current: Delivery = pending(policy)
        let waitedInAll = 0
        let lateInAll = 0
        for (const { waited, late, random } of steps) {
          if (current.status !== 'pending') break
          waitedInAll += waited
          lateInAll += late
          const openAt: number = current.dueAt + waited
          current = attempt(current, failed('connection_refused'), { policy, at: openAt + late, openAt, random }).delivery
          if (waitedInAll < length) expect(current.status === 'dead').toBe(current.attemptsInBudget > policy.schedule.length)
          if (current.status === 'pending') expect(current.dueAt).toBeLessThanOrEqual(T0 + 3 * length + lateInAll)
        }
        expect(current).toMatchObject({ status: 'dead', reason: 'exhausted' })
      }),
    )
  })

  test('of one try has no second', () => {
    const policy = { schedule: [], jitter: 0.2 }
    expect(exhaust(pending(policy), answered(500), { policy }).attempts).toEqual([1])
  })
})

describe('Retry-After', () => {
  test.each([
    ['longer than the schedule is waited for', '60', 60_000],
    ['shorter than the schedule changes nothing', '1', 5_000],
    ['beyond a day is cut to a day', '1000000000', 86_400_000],
    ['that is garbage changes nothing', 'soon', 5_000],
  ])('%s', (_what, value, wait) => {
    for (const status of [302, 404, 429, 503]) {
      expect(attempt(pending(), answered(status, { 'retry-after': value })).delivery).toMatchObject({ status: 'pending', dueAt: T0 + wait })
    }
  })

  test('costs no try: the horizon moves by what was asked for', () => {
    const { delivery, attempts } = exhaust(pending(), answered(503, { 'retry-after': '86400' }))
    expect(attempts).toEqual([1, 2, 3])
    expect(delivery).toMatchObject({ reason: 'exhausted', finishedAt: T0 + 2 * 86_400_000 })
  })

  test('does not bring back what is gone or spent', () => {
    expect(attempt(pending(), answered(410, { 'retry-after': '60' })).delivery.status).toBe('dead')
    const policy = { schedule: [], jitter: 0 }
    expect(attempt(pending(policy), answered(503, { 'retry-after': '60' }), { policy }).delivery.status).toBe('dead')
  })
})

describe('a replay', () => {
  const dead = exhaust(pending(), answered(500)).delivery as DeadDelivery

  test('starts a fresh budget and horizon, and attempt numbers count on', () => {
    const replayed = replayDelivery(dead, POLICY, T0 + 900_000)
    expect(replayed).toMatchObject({
      status: 'pending',
      dueAt: T0 + 900_000,
      attemptsInBudget: 0,
      attempts: 3,
      giveUpAt: T0 + 900_000 + 610_000,
      eventId: 'evt_1',
    })
    expect(replayed).not.toHaveProperty('reason')
    expect(replayed).not.toHaveProperty('finishedAt')
    expect(exhaust(replayed, answered(500)).attempts).toEqual([4, 5, 6])
  })

  test('also sends what was delivered once more', () => {
    const { delivery } = attempt(pending(), answered(200))
    if (delivery.status !== 'delivered') throw new Error('not delivered')
    expect(replayDelivery(delivery, POLICY, T0 + 1)).toMatchObject({
      status: 'pending',
      attemptsInBudget: 0,
      attempts: 1,
      version: delivery.version + 1,
    })
  })

  test('takes the policy of its own day', () => {
    expect(
      exhaust(replayDelivery(dead, { schedule: [], jitter: 0 }, T0), answered(500), { policy: { schedule: [], jitter: 0 } }).attempts,
    ).toEqual([4])
  })
})

test('a discarded delivery is canceled, and says so', () => {
  const dead = attempt(pending(), answered(410)).delivery as DeadDelivery
  expect(discardDelivery(dead, T0 + 9)).toMatchObject({
    status: 'canceled',
    reason: 'discarded',
    finishedAt: T0 + 9,
    version: dead.version + 1,
  })
})

describe('what a vanished process left', () => {
  test('while sending is still due and has spent no try', () => {
    const released = releaseDelivery(startSending(pending(), 'w.1'))
    expect(released).toMatchObject({ status: 'pending', lease: null, dueAt: T0, attempts: 0, attemptsInBudget: 0 })
  })

  test('while held in memory keeps its time', () => {
    const held: PendingDelivery = { ...pending(), dueAt: T0 + 5_000, lease: 'w.1' }
    expect(releaseDelivery(held)).toMatchObject({ status: 'pending', lease: null, dueAt: T0 + 5_000 })
  })
})

test('whatever receivers do: versions rise by one, attempts are contiguous, no try is early, and it ends', () => {
  const outcome = fc.oneof(
    fc.integer({ min: 200, max: 999 }).map((status) => answered(status)),
    fc.nat(1e6).map((seconds) => answered(503, { 'retry-after': String(seconds) })),
    fc.constantFrom(failed('timeout'), failed('interrupted', 'interrupted'), failed('forbidden_address', 'forbidden')),
  )
  const policies = fc.record({ schedule: fc.array(fc.integer({ min: 1, max: 1e7 }), { maxLength: 6 }), jitter: fc.constantFrom(0, 0.2) })
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(policies, fc.array(fc.tuple(outcome, fc.nat(20_000), unit), { minLength: 1, maxLength: 20 }), (policy, steps) => {
      let current: Delivery = pending(policy)
      for (const [result, tookMs, random] of steps) {
        if (current.status !== 'pending') break
        const before: PendingDelivery = current
        const { delivery, attempt: logged } = attempt(before, result, { policy, tookMs, random })
        expect(delivery.version).toBe(before.version + 2)
        expect(delivery.attempts).toBe(before.attempts + (logged ? 1 : 0))
        if (logged) expect(logged.n).toBe(before.attempts + 1)
        if (logged && delivery.status === 'pending') {
          expect(delivery.dueAt).toBeGreaterThanOrEqual(before.dueAt + tookMs + (policy.schedule[before.attemptsInBudget] ?? Number.NaN))
        }
        expect(delivery.attemptsInBudget).toBeLessThanOrEqual(policy.schedule.length + 1)
        expect(isOpen(delivery)).toBe(delivery.status === 'pending')
        current = delivery
      }
    }),
  )
})
