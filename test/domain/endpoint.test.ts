import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newDelivery, startSending } from '../../src/domain/delivery.ts'
import {
  afterEndpointAttempt,
  changeEndpoint,
  classifyEndpointAttempt,
  type DisabledEndpoint,
  type Endpoint,
  newEndpoint,
  reconcileDelivery,
} from '../../src/domain/endpoint.ts'
import { endpointDocument } from '../../src/wire/documents/endpoint.ts'

const DAY = 24 * 3600_000
const T0 = Date.parse('2026-11-20T12:00:00Z')

const fresh = newEndpoint(
  {
    id: 'ep_1',
    tenantId: 'tnt_1',
    url: 'https://partner.example/hooks',
    events: ['job.completed'],
    description: 'orders',
    headers: { 'x-token': 'canary' },
  },
  T0,
)
const failing: Endpoint = { ...fresh, failingSince: T0 }
const gone: DisabledEndpoint = { ...failing, status: 'disabled', disabledReason: 'gone' }

describe('an endpoint after a try', () => {
  it('is judged by the status alone', () => {
    expect([200, 204, 299].map(classifyEndpointAttempt)).toEqual(['ok', 'ok', 'ok'])
    expect([null, 302, 404, 429, 500].map(classifyEndpointAttempt)).toEqual(Array(5).fill('failed'))
    expect(classifyEndpointAttempt(410)).toBe('gone')
  })

  it('is the same object when there is nothing to remember, so that nothing is written', () => {
    expect(afterEndpointAttempt(fresh, 'ok', T0)).toBe(fresh)
    expect(afterEndpointAttempt(failing, 'failed', T0 + 1)).toBe(failing)
    for (const verdict of ['ok', 'failed', 'gone'] as const) expect(afterEndpointAttempt(gone, verdict, T0 + 9 * DAY)).toBe(gone)
  })

  it('remembers the first failure since the last success', () => {
    expect(afterEndpointAttempt(fresh, 'failed', T0 + 5)).toEqual({ ...fresh, failingSince: T0 + 5, version: 2 })
    expect(afterEndpointAttempt(failing, 'ok', T0 + 5)).toEqual({ ...fresh, failingSince: null, version: 2 })
  })

  it('is disabled by a 410 at once', () => {
    expect(afterEndpointAttempt(fresh, 'gone', T0)).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
      failingSince: T0,
      version: 2,
    })
  })

  it('is disabled by a failure five days after the first one, not a millisecond earlier', () => {
    expect(afterEndpointAttempt(failing, 'failed', T0 + 5 * DAY - 1)).toBe(failing)
    expect(afterEndpointAttempt(failing, 'failed', T0 + 5 * DAY)).toMatchObject({ status: 'disabled', disabledReason: 'failing' })
  })

  it('is never disabled for failing while something succeeds every five days', () => {
    const step = fc.record({ verdict: fc.constantFrom('ok' as const, 'failed' as const), hours: fc.integer({ min: 0, max: 20 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        let now = T0
        let lastOk = T0
        let endpoint: Endpoint = fresh
        for (const { verdict, hours } of steps) {
          now += hours * 3600_000
          if (verdict === 'ok') lastOk = now
          endpoint = afterEndpointAttempt(endpoint, verdict, now)
          if (endpoint.status === 'disabled') expect(now - lastOk).toBeGreaterThanOrEqual(5 * DAY)
          if (endpoint.status === 'disabled') return
        }
      }),
    )
  })
})

describe('an endpoint changed by its owner', () => {
  it('keeps what is not named', () => {
    expect(changeEndpoint(failing, { description: null })).toEqual({ ...failing, description: null, version: 2 })
  })

  it('begins anew with another URL, and goes on with the same one', () => {
    expect(changeEndpoint(failing, { url: 'https://new.example/' })).toMatchObject({ url: 'https://new.example/', failingSince: null })
    expect(changeEndpoint(failing, { url: failing.url })).toMatchObject({ failingSince: T0 })
  })

  it('stays disabled with another URL', () => {
    expect(changeEndpoint(gone, { url: 'https://new.example/' })).toMatchObject({ status: 'disabled', disabledReason: 'gone' })
  })

  it('begins anew when it is enabled again, and tells by whom it was disabled', () => {
    expect(changeEndpoint(gone, { status: 'enabled' })).toEqual({ ...fresh, version: 2 })
    expect(changeEndpoint(fresh, { status: 'disabled' })).toMatchObject({ status: 'disabled', disabledReason: 'requested' })
    expect(changeEndpoint(gone, { status: 'disabled' })).toMatchObject({ disabledReason: 'gone' })
  })
})

describe('an open delivery', () => {
  const about = { tenantId: 'tnt_1', eventId: 'evt_1', eventType: 'job.completed', jobId: 'job_1', jobType: 'report', endpointId: 'ep_1' }
  const waiting = newDelivery(
    { id: 'dlv_1', ...about, url: fresh.url, destination: 'tnt_1 https://partner.example' },
    { schedule: [1_000], jitter: 0 },
    T0,
    null,
  )
  const inFlight = startSending(waiting, 'w.2')

  it('goes out as it is to an enabled endpoint with the same URL', () => {
    for (const delivery of [waiting, inFlight]) expect(reconcileDelivery(delivery, fresh, T0)).toBe(delivery)
  })

  it('goes back to wait in the lane of a new URL, due when it was', () => {
    const moved = { ...fresh, url: 'https://new.example:8443/x' }
    for (const delivery of [waiting, inFlight]) {
      expect(reconcileDelivery(delivery, moved, T0 + 5)).toEqual({
        ...waiting,
        url: moved.url,
        destination: 'tnt_1 https://new.example:8443',
        version: delivery.version + 1,
      })
    }
  })

  it('is dead when its endpoint is disabled, and canceled when it is deleted', () => {
    for (const delivery of [waiting, inFlight]) {
      const version = delivery.version + 1
      expect(reconcileDelivery(delivery, gone, T0 + 5)).toMatchObject({
        status: 'dead',
        reason: 'endpoint_disabled',
        finishedAt: T0 + 5,
        version,
      })
      expect(reconcileDelivery(delivery, null, T0 + 5)).toMatchObject({ status: 'canceled', reason: 'endpoint_deleted', version })
    }
  })
})

it('shows the names of its headers in its document, never their values', () => {
  expect(JSON.stringify(endpointDocument(gone))).not.toContain('canary')
  expect(endpointDocument(gone)).toMatchObject({
    header_names: ['x-token'],
    disabled_reason: 'gone',
    failing_since: '2026-11-20T12:00:00.000Z',
  })
})
