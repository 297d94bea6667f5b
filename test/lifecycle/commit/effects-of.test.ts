import { describe, expect, it } from 'vitest'
import { type NewDelivery, newDeadDelivery, newDelivery, type PendingDelivery, startSending } from '../../../src/domain/delivery.ts'
import { endRun } from '../../../src/domain/end-run.ts'
import { newEndpoint } from '../../../src/domain/endpoint.ts'
import { cancelPending, newJob, type PendingJob, startJob } from '../../../src/domain/job.ts'
import { effectsOf } from '../../../src/lifecycle/commit/effects-of.ts'
import type { BusMessage } from '../../../src/ports/bus.ts'
import type { Change } from '../../../src/ports/change.ts'

const NOW = 1_000_000
const TENANT = 'tnt_1'
const LANE = 'tnt_1 https://partner.example'
const payload = Buffer.from('{}')
const body = Buffer.from('{"type":"job.completed"}')
const NOTHING = { buffered: { job: [], delivery: [] }, stored: [], messages: [], insertedDead: [] }

const jobMessage: BusMessage = { tenantId: TENANT, kind: 'job', id: 'job_1' }
const deliveryMessage: BusMessage = { tenantId: TENANT, kind: 'delivery', id: 'dlv_1' }
const endpointMessage: BusMessage = { tenantId: TENANT, kind: 'endpoint', id: 'ep_1' }
const keyMessage: BusMessage = { tenantId: TENANT, kind: 'api_key', id: 'key_1' }
const tenantMessage: BusMessage = { tenantId: TENANT, kind: 'tenant', id: TENANT }

function job(lease: string | null = null): PendingJob {
  const callback = { url: 'https://partner.example/hook', events: ['job.completed' as const], headers: { 'x-team': 'blue' } }
  const input = { id: 'job_1', tenantId: TENANT, type: 'noop', priority: 0, tags: [], metadata: {}, callback, traceparent: null }
  return newJob({ ...input, runAt: null, timeoutMs: 1_000, maxAttempts: 3, rerunOf: null }, NOW, lease)
}

const POLICY = { schedule: [1_000], jitter: 0 }
const target: NewDelivery = {
  ...{ id: 'dlv_1', tenantId: TENANT, eventId: 'evt_1', eventType: 'job.completed', jobId: 'job_1', jobType: 'noop', endpointId: null },
  ...{ url: 'https://partner.example/hook', destination: LANE },
}

function delivery(lease: string | null = null, of: Partial<NewDelivery> = {}): PendingDelivery {
  return newDelivery({ ...target, ...of }, POLICY, NOW, lease)
}

const running = startJob(job(), 'w1.2', NOW)
const completed = endRun(running, { kind: 'completed', result: { kind: 'json', bytes: payload } }, NOW, 0)
const event = { id: 'evt_1', tenantId: TENANT, type: 'job.completed', jobId: 'job_1', body, createdAt: NOW }
const eventMessage: BusMessage = { tenantId: TENANT, kind: 'event', id: 'evt_1' }
const endpoint = newEndpoint(
  { id: 'ep_1', tenantId: TENANT, url: 'https://partner.example/hook', events: ['job.completed'], description: null, headers: {} },
  NOW,
)
const key = {
  ...{ id: 'key_1', tenantId: TENANT, name: null, hash: payload, prefix: 'rb_', scopes: [], createdAt: NOW },
  ...{ expiresAt: null, revokedAt: null },
}
const tenant = { id: TENANT, name: 'one', limits: {}, createdAt: NOW, version: 1 }
const dead = newDeadDelivery(target, POLICY, NOW)

describe('the effects of a change', () => {
  const cases: [string, Change, Partial<ReturnType<typeof effectsOf>>][] = [
    [
      'a job for the store wakes its lane when it is due',
      [{ write: 'insertJob', job: job(), payload }],
      { stored: [{ kind: 'job', lane: TENANT, dueAt: NOW, priority: 0 }], messages: [jobMessage] },
    ],
    [
      'a job under a lease goes to the local queue',
      [{ write: 'insertJob', job: job('w1.0'), payload }],
      { buffered: { job: [{ job: job('w1.0'), payload }], delivery: [] }, messages: [jobMessage] },
    ],
    ['a job that starts wakes nobody', [{ write: 'updateJob', job: running }], { messages: [jobMessage] }],
    [
      'a job that is retried wakes its lane at the time of its next attempt',
      [{ write: 'updateJob', job: endRun(running, { kind: 'handed_back' }, NOW + 5, 0) }],
      { stored: [{ kind: 'job', lane: TENANT, dueAt: NOW + 5, priority: 0 }], messages: [jobMessage] },
    ],
    ['a canceled job wakes no lane', [{ write: 'updateJob', job: cancelPending(job(), NOW) }], { messages: [jobMessage] }],
    [
      'progress is told as a change of the job',
      [{ write: 'updateProgress', tenantId: TENANT, jobId: 'job_1', lease: 'w1.2', progress: null }],
      { messages: [jobMessage] },
    ],
    [
      'a delivery for the store wakes its lane; its job changes with it',
      [{ write: 'insertDelivery', delivery: delivery() }],
      { stored: [{ kind: 'delivery', lane: LANE, dueAt: NOW }], messages: [deliveryMessage, jobMessage] },
    ],
    [
      'a delivery that is about no job tells of no job',
      [{ write: 'updateDelivery', delivery: startSending(delivery(null, { jobId: null }), 'w1.2') }],
      { messages: [deliveryMessage] },
    ],
    [
      'a delivery that is due later wakes its lane then',
      [{ write: 'updateDelivery', delivery: { ...delivery(), dueAt: NOW + 60_000 } }],
      { stored: [{ kind: 'delivery', lane: LANE, dueAt: NOW + 60_000 }], messages: [deliveryMessage, jobMessage] },
    ],
    [
      'a delivery to a disabled endpoint wakes nobody and is logged',
      [{ write: 'insertDelivery', delivery: dead }],
      { insertedDead: [dead], messages: [deliveryMessage, jobMessage] },
    ],
    ['an event is told to the feed', [{ write: 'insertEvent', event }], { messages: [eventMessage] }],
    ['an endpoint is told', [{ write: 'updateEndpoint', endpoint }], { messages: [endpointMessage] }],
    ['a deleted endpoint is told', [{ write: 'deleteEndpoint', endpoint }], { messages: [endpointMessage] }],
    ['a new key is told', [{ write: 'insertApiKey', key }], { messages: [keyMessage] }],
    ['a revoked key is told', [{ write: 'revokeApiKey', tenantId: TENANT, id: 'key_1', at: NOW }], { messages: [keyMessage] }],
    ['a tenant is told', [{ write: 'updateTenant', tenant }], { messages: [tenantMessage] }],
    ['a purge has none', [{ write: 'purgeTombstones', before: NOW, limit: 1 }], {}],
  ]

  it.each(cases)('%s', (_, change, expected) => {
    expect(effectsOf(change)).toEqual({ ...NOTHING, ...expected })
  })

  it('of the end of a job are a delivery in memory, with its body and headers, and each message once', () => {
    const held = delivery('w1.0')
    const effects = effectsOf([
      { write: 'updateProgress', tenantId: TENANT, jobId: 'job_1', lease: 'w1.2', progress: null },
      { write: 'updateJob', job: completed },
      { write: 'insertEvent', event },
      { write: 'insertDelivery', delivery: held },
      { write: 'settleJob', jobId: 'job_1', at: NOW },
    ])
    expect(effects).toEqual({
      ...NOTHING,
      buffered: { job: [], delivery: [{ delivery: held, body, headers: { 'x-team': 'blue' } }] },
      messages: [jobMessage, eventMessage, deliveryMessage],
    })
  })

  it('leave the headers of an endpoint to the attempt, which reads them', () => {
    const held = delivery('w1.0', { endpointId: 'ep_1' })
    const { buffered } = effectsOf([
      { write: 'updateJob', job: completed },
      { write: 'insertEvent', event },
      { write: 'insertDelivery', delivery: held },
    ])
    expect(buffered.delivery).toEqual([{ delivery: held, body, headers: {} }])
  })
})
