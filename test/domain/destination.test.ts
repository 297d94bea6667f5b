import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AttemptReport,
  afterAttempt,
  classifyAttempt,
  type Destination,
  type DestinationPolicy,
  destinationOf,
  isProven,
  newDestination,
  roomAt,
} from '../../src/domain/destination.ts'

const policy: DestinationPolicy = { ceiling: 64, breaker: true, firstPauseMs: 5_000 }
const fresh = newDestination('tnt_a https://partner.example', policy)

function report(kind: AttemptReport['kind'], now: number, ms = 5): AttemptReport {
  return { kind, startedAt: now - ms, now }
}

function folded(reports: readonly AttemptReport[], destination = fresh, with_ = policy): Destination {
  return reports.reduce((one, next) => afterAttempt(one, next, with_), destination)
}

const DAY = 86_400_000
const failures = (count: number, from = 0) => Array.from({ length: count }, (_, n) => report('failed', from + n))

describe('a destination', () => {
  it('is a tenant and an origin, whatever the path', () => {
    expect(destinationOf('tnt_a', 'https://partner.example:8443/a?b')).toBe('tnt_a https://partner.example:8443')
    expect(fresh).toMatchObject({ tenantId: 'tnt_a', origin: 'https://partner.example', limit: 8 })
    expect(newDestination('tnt_a http://x', { ...policy, ceiling: 2 }).limit).toBe(2)
  })

  it.each([200, 204, 299, 301, 302, 400, 401, 403, 404, 408, 410, 413, 422, 499, 500, 501, 505, 599, 999])(
    'is well when it answers %i: that is a matter of the URL',
    (status) => expect(classifyAttempt(status, null)).toBe('ok'),
  )

  it.each([429, 502, 503, 504])('is busy when it answers %i', (status) => expect(classifyAttempt(status, null)).toBe('busy'))

  it.each(['invalid_response', 'headers_too_large'])('has answered when we could not read what it said: %s', (error) => {
    expect(classifyAttempt(null, error)).toBe('ok')
  })

  it('is busy when a try times out', () => expect(classifyAttempt(null, 'timeout')).toBe('busy'))

  it.each([
    'connection_refused',
    'connection_reset',
    'connection_closed',
    'dns_failed',
    'tls_failed',
    'network_unreachable',
    'network_error',
  ])('has failed when nothing of it answers: %s', (error) => expect(classifyAttempt(null, error)).toBe('failed'))
})

describe('what one URL of a host does', () => {
  const URL_ANSWERS = fc.integer({ min: 200, max: 999 }).filter((status) => ![429, 502, 503, 504].includes(status))
  const timing = fc.record({ ms: fc.nat(20_000), gap: fc.nat(60_000) })

  it('never opens the breaker and never shrinks the limit, however often and however slowly it answers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(URL_ANSWERS, timing)), (answers) => {
        let now = 0
        let one = fresh
        for (const [status, { ms, gap }] of answers) {
          now += gap
          const next = afterAttempt(one, { kind: classifyAttempt(status, null), startedAt: now - ms, now }, policy)
          expect(next.openUntil).toBeNull()
          expect(next.limit).toBeGreaterThanOrEqual(one.limit)
          one = next
        }
      }),
    )
  })

  it('closes a breaker that is open, and begins the count of failures anew: the host is there', () => {
    fc.assert(
      fc.property(URL_ANSWERS, fc.integer({ min: 1, max: 20 }), (status, count) => {
        const unwell = folded(failures(count))
        const now = unwell.openUntil ?? count
        expect(afterAttempt(unwell, { kind: classifyAttempt(status, null), startedAt: now, now: now + 5 }, policy)).toMatchObject({
          failures: 0,
          openUntil: null,
        })
      }),
    )
  })
})

it('only five failures of the host in a row open a breaker: no answer, or 429, 502, 503, 504', () => {
  const outcome = fc.oneof(
    fc.constantFrom(200, 301, 404, 429, 500, 502, 503, 504).map((status) => [status, null] as const),
    fc.constantFrom('timeout', 'connection_refused', 'dns_failed', 'tls_failed', 'invalid_response').map((error) => [null, error] as const),
  )
  const ofHost = (status: number | null, error: string | null) =>
    status === null ? error !== 'invalid_response' : [429, 502, 503, 504].includes(status)
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 40 }), (outcomes) => {
      let one = fresh
      let inARow = 0
      for (const [n, [status, error]] of outcomes.entries()) {
        inARow = ofHost(status, error) ? inARow + 1 : 0
        // Far apart: each is a probe when the breaker is open.
        one = afterAttempt(one, report(classifyAttempt(status, error), n * 100_000), policy)
        expect(one.openUntil !== null).toBe(inARow >= 5)
      }
    }),
  )
})

describe('the limit in flight', () => {
  it('grows by about one for every round of quick answers, up to the ceiling', () => {
    expect(Math.floor(folded(Array.from({ length: 9 }, (_, n) => report('ok', n))).limit)).toBe(9)
    expect(folded(Array.from({ length: 5_000 }, (_, n) => report('ok', n))).limit).toBe(64)
  })

  it('stays where it is for answers that are not quick', () => {
    expect(folded([report('ok', 2_000, 1_500), report('ok', 20_000, 14_000)]).limit).toBe(fresh.limit)
  })

  it('is one while slots are short, until the host has answered, and again when it fails', () => {
    const roomOf = (destination: Destination, short: boolean) => roomAt(destination, 0, 100_000, short).room
    expect([roomOf(fresh, false), roomOf(fresh, true)]).toEqual([8, 1])
    const proven = folded([report('ok', 2_000, 1_500)])
    expect([isProven(fresh), isProven(proven), roomOf(proven, true)]).toEqual([false, true, 8])
    const failing = folded([report('failed', 3_000)], proven)
    expect([isProven(failing), roomOf(failing, false), roomOf(failing, true)]).toEqual([false, 8, 1])
  })

  it('halves when the host is busy, and never goes below one', () => {
    expect(folded([report('busy', 10)]).limit).toBe(4)
    const halved = Array.from({ length: 20 }, (_, n) => report('busy', 10 + n * 1_010))
    expect(folded(halved, fresh, { ...policy, breaker: false }).limit).toBe(1)
  })

  it('stays at work for a receiver that turns away one in six among quick answers', () => {
    const mixed = Array.from({ length: 3_000 }, (_, n) => report(n % 6 === 0 ? 'busy' : 'ok', n * 10))
    expect(folded(mixed, fresh, { ...policy, breaker: false }).limit).toBeGreaterThan(8)
  })

  it('halves once for a burst: tries that began before the last halving have no say again', () => {
    const burst = Array.from({ length: 8 }, (_, n) => ({ kind: 'busy' as const, startedAt: 0, now: 100 + n }))
    expect(folded(burst, fresh, { ...policy, breaker: false }).limit).toBe(4)
  })

  it('halves again when the clock has been set back since the last time', () => {
    const shrunk = folded([report('busy', 7 * DAY)])
    expect(afterAttempt(shrunk, report('busy', DAY), policy)).toMatchObject({ limit: 2, shrunkAt: DAY })
  })
})

describe('the breaker', () => {
  it('opens at the fifth failure in a row, for the first pause, then twice as long, up to a minute', () => {
    expect(folded(failures(4))).toMatchObject({ openUntil: null })
    let one = folded(failures(5))
    const pauses = [(one.openUntil ?? 0) - 4]
    for (let n = 0; n < 6; n++) {
      const at = one.openUntil ?? 0
      one = afterAttempt(one, { kind: 'failed', startedAt: at, now: at }, policy)
      pauses.push((one.openUntil ?? 0) - at)
    }
    for (const [n, longest] of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000].entries()) {
      expect(pauses[n]).toBeGreaterThan(longest * 0.8 - 1)
      expect(pauses[n]).toBeLessThanOrEqual(longest)
    }
  })

  it('pauses for another time at each destination: those that failed together are not probed together', () => {
    const together = Array.from({ length: 100 }, (_, n) => folded(failures(5), newDestination(`tnt_a https://${n}.example`, policy)))
    const tenths = new Set(together.map(({ openUntil }) => Math.floor((openUntil ?? 0) / 100)))
    expect(tenths.size).toBeGreaterThan(8)
  })

  it('lets nothing out while it is open, then one probe at a time', () => {
    const open = folded(failures(5))
    const until = open.openUntil ?? 0
    expect(roomAt(open, 0, until - 1, false)).toEqual({ room: 0, at: until })
    expect(roomAt(open, 0, until, false)).toEqual({ room: 1, at: null })
    expect(roomAt(open, 1, until, false)).toEqual({ room: 0, at: null })
  })

  it('is due for a probe at once when the clock has been set back past its longest pause, and pauses anew when that fails', () => {
    const open = folded(failures(5, 7 * DAY))
    expect(roomAt(open, 0, DAY, false)).toEqual({ room: 1, at: null })
    const again = afterAttempt(open, report('failed', DAY), policy)
    expect(again.openUntil).toBeLessThanOrEqual(DAY + 10_000)
    expect(roomAt(again, 0, DAY, false)).toEqual({ room: 0, at: again.openUntil })
  })

  it('closes at the first answer and begins again with one request in flight', () => {
    const open = folded(failures(5))
    const closed = afterAttempt(open, report('ok', (open.openUntil ?? 0) + 10), policy)
    expect(closed).toMatchObject({ failures: 0, openUntil: null })
    expect(roomAt(closed, 0, 1e9, false).room).toBeLessThanOrEqual(2)
  })

  it('is not kept open by tries that were in flight when it opened', () => {
    const open = folded(failures(5))
    expect(afterAttempt(open, { kind: 'failed', startedAt: 0, now: 400 }, policy)).toBe(open)
  })

  it('never opens when it is off', () => {
    expect(folded(failures(100), fresh, { ...policy, breaker: false }).openUntil).toBeNull()
  })
})

it('whatever happens, the limit stays between one and the ceiling, and the version counts the changes', () => {
  const step = fc.record({
    kind: fc.constantFrom('ok' as const, 'busy' as const, 'failed' as const),
    ms: fc.integer({ min: 0, max: 20_000 }),
    gap: fc.integer({ min: 0, max: 100_000 }),
  })
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 64 }), (steps, ceiling) => {
      const capped = { ...policy, ceiling }
      let now = 0
      let one = newDestination('t https://x', capped)
      for (const { kind, ms, gap } of steps) {
        now += gap
        const next = afterAttempt(one, { kind, startedAt: now - ms, now }, capped)
        expect(next.limit).toBeGreaterThanOrEqual(1)
        expect(next.limit).toBeLessThanOrEqual(ceiling)
        expect(next.version).toBe(next === one ? one.version : one.version + 1)
        one = next
      }
    }),
  )
})
