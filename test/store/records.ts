/** Records as the core makes them, with ids of their own, for the store's tests. */
import { randomBytes } from 'node:crypto'
import { type NewDelivery, newDelivery, type PendingDelivery } from '../../src/domain/delivery.ts'
import { destinationOf } from '../../src/domain/destination.ts'
import { type EnabledEndpoint, type NewEndpoint, newEndpoint } from '../../src/domain/endpoint.ts'
import type { Event } from '../../src/domain/event.ts'
import { type NewJob, newJob, type PendingJob } from '../../src/domain/job.ts'
import { type ApiKey, DEFAULT_TENANT_ID, type SigningSecret, type Tenant } from '../../src/domain/tenant.ts'
import type { Change } from '../../src/ports/change.ts'
import type { DeliveryQuery } from '../../src/ports/deliveries.ts'
import type { JobQuery } from '../../src/ports/jobs.ts'
import type { Store } from '../../src/ports/store.ts'

export const NOW = Date.parse('2026-11-20T12:00:00Z')
export const POLICY = { schedule: [5000, 60_000], jitter: 0 }

let count = 0

function freshId(kind: string): string {
  count++
  return `${kind}_${count.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function aJob(input: Partial<NewJob> = {}, now = NOW, lease: string | null = null): PendingJob {
  const base = { id: freshId('job'), tenantId: DEFAULT_TENANT_ID, type: 'report', priority: 0, tags: [], metadata: {}, callback: null }
  return newJob({ ...base, traceparent: null, runAt: null, timeoutMs: 60_000, maxAttempts: 3, rerunOf: null, ...input }, now, lease)
}

export function aCallback(headers: Record<string, string> = {}) {
  return { url: 'https://partner.example/hooks', events: ['job.completed', 'job.failed'] as const, headers }
}

export function anEvent(job: { id: string; tenantId: string }, body = '{"type":"job.completed"}'): Event {
  return { id: freshId('evt'), tenantId: job.tenantId, type: 'job.completed', jobId: job.id, body: bytesOf(body), createdAt: NOW }
}

export function aDelivery(event: Event, input: Partial<NewDelivery> = {}, now = NOW, lease: string | null = null): PendingDelivery {
  const url = input.url ?? 'https://partner.example/hooks'
  const about = { tenantId: event.tenantId, eventId: event.id, eventType: event.type, jobId: event.jobId ?? '', jobType: 'report' }
  const target = { endpointId: null, url, destination: destinationOf(event.tenantId, url) }
  return newDelivery({ id: freshId('dlv'), ...about, ...target, ...input }, POLICY, now, lease)
}

export function anEndpoint(input: Partial<NewEndpoint> = {}): EnabledEndpoint {
  const about = { tenantId: DEFAULT_TENANT_ID, url: 'https://partner.example/hooks', events: ['job.completed'] as const }
  return newEndpoint({ id: freshId('ep'), ...about, description: null, headers: {}, ...input }, NOW)
}

export function aTenant(name = 'partner'): Tenant {
  return { id: freshId('tnt'), name, limits: { pending_jobs: 10 }, createdAt: NOW, version: 1 }
}

export function anApiKey(tenantId = DEFAULT_TENANT_ID): ApiKey {
  const scopes = ['jobs:read', 'jobs:write'] as const
  const times = { createdAt: NOW, expiresAt: null, revokedAt: null }
  return { id: freshId('key'), tenantId, name: null, hash: new Uint8Array(randomBytes(32)), prefix: 'rbk_abcd', scopes, ...times }
}

export function aSecret(secret = 'whsec_c2VjcmV0', input: Partial<SigningSecret> = {}): SigningSecret {
  return { id: freshId('sec'), tenantId: DEFAULT_TENANT_ID, endpointId: null, secret, createdAt: NOW, expiresAt: null, ...input }
}

export function jobQuery(query: Partial<JobQuery> = {}): JobQuery {
  const page = { tenantId: DEFAULT_TENANT_ID, limit: 20, before: null, createdAfter: null, createdBefore: null }
  return { ...page, status: null, type: null, tag: null, errorCode: null, overdue: null, startedBefore: null, ...query }
}

export function deliveryQuery(query: Partial<DeliveryQuery> = {}): DeliveryQuery {
  const page = { tenantId: DEFAULT_TENANT_ID, limit: 20, before: null, createdAfter: null, createdBefore: null }
  return { ...page, status: null, reason: null, error: null, jobId: null, event: null, type: null, destination: null, ...query }
}

/** Commits what must hold. */
export async function put(store: Store, ...change: Change): Promise<void> {
  if (!(await store.commit(change))) throw new Error('a guard missed')
}

export async function putJob(store: Store, job: PendingJob, payload = '{"n":1}'): Promise<PendingJob> {
  await put(store, { write: 'insertJob', job, payload: bytesOf(payload) })
  return job
}

/** A job with an event and one open delivery of it. */
export async function putDelivery(store: Store, input: Partial<NewDelivery> = {}, now = NOW) {
  const job = await putJob(store, aJob({ callback: aCallback() }))
  const event = anEvent(job)
  const delivery = aDelivery(event, input, now)
  await put(store, { write: 'insertEvent', event }, { write: 'insertDelivery', delivery })
  return { job, event, delivery }
}
