import { expect, it } from 'vitest'
import { newDelivery } from '../../src/domain/delivery.ts'
import { newDestination, pauseDestination } from '../../src/domain/destination.ts'
import { newEndpoint } from '../../src/domain/endpoint.ts'
import { type Circumstances, explainDelivery } from '../../src/domain/explain.ts'

const NOW = 1_000_000
const about = { id: 'dlv_1', tenantId: 'tnt_a', eventId: 'evt_1', eventType: 'job.completed', jobId: 'job_1', jobType: 'noop' }
const where = { endpointId: null, url: 'https://partner.example/hooks', destination: 'tnt_a https://partner.example' }
const due = newDelivery({ ...about, ...where }, { schedule: [5_000], jitter: 0 }, NOW - 10, null)
const destination = newDestination(where.destination, { ceiling: 64, breaker: true, firstPauseMs: 5_000 })
const idle: Circumstances = {
  destination,
  endpoint: null,
  inFlight: 0,
  isSending: false,
  slots: { all: 8, used: 0, own: 0, shared: false },
  now: NOW,
}
const open = { ...destination, changedAt: 1, failures: 6, openSince: NOW - 100, openUntil: NOW + 100 }
const endpoint = newEndpoint({ id: 'ep_1', tenantId: 'tnt_a', url: where.url, events: [], description: null, headers: {} }, NOW)

it.each<[string, Partial<Circumstances>, string[], number]>([
  ['is due', {}, ['due'], due.dueAt],
  ['is sent from memory', { isSending: true }, ['sending'], due.dueAt],
  ['waits behind an open breaker', { destination: open }, ['breaker_open'], NOW + 100],
  ['waits for the probe of another', { destination: { ...open, openUntil: NOW }, inFlight: 1 }, ['probing'], due.dueAt],
  ['finds its destination full', { destination: { ...destination, changedAt: 1 }, inFlight: 8 }, ['destination_full'], due.dueAt],
  ['finds its tenant’s share taken', { slots: { all: 8, used: 6, own: 6, shared: true } }, ['tenant_share'], due.dueAt],
  ['is paused behind an open breaker', { destination: pauseDestination(open, NOW) }, ['paused', 'breaker_open'], NOW + 30 * 24 * 3600_000],
  ['has a disabled endpoint', { endpoint: { ...endpoint, status: 'disabled', disabledReason: 'gone' } }, ['endpoint_disabled'], due.dueAt],
])('a delivery that %s says so', (_what, parts, codes, nextAttemptAt) => {
  const explained = explainDelivery(due, { ...idle, ...parts })
  expect(explained.because.map(({ code }) => code)).toEqual(codes)
  expect(explained).toMatchObject({ state: 'pending', nextAttemptAt })
})
