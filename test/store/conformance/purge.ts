import { expect, it } from 'vitest'
import { cancelPending } from '../../../src/domain/job.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { OpenStore } from '../conformance.ts'
import { aDelivery, aJob, anEvent, bytesOf, deliveryQuery, jobQuery, NOW, put } from '../records.ts'

/** A settled job with everything that can hang on one. */
async function putSettled(store: Store, settledAt: number) {
  const job = aJob()
  const event = anEvent(job)
  const { dueAt: _due, lease: _lease, ...core } = aDelivery(event)
  const delivery = { ...core, status: 'delivered' as const, finishedAt: NOW, version: 2 }
  const answer = { ms: 1, status: 200, error: null, errorCause: null, sent: null, responseHeaders: {}, responseBody: bytesOf('') }
  await put(
    store,
    { write: 'insertIdempotencyKey', tenantId: job.tenantId, key: job.id, bodyHash: bytesOf('h'), jobId: job.id },
    { write: 'insertJob', job, payload: bytesOf('1') },
    { write: 'updateJob', job: cancelPending(job, NOW) },
    { write: 'insertResult', jobId: job.id, bytes: bytesOf('2') },
    { write: 'insertEvent', event },
    { write: 'insertDelivery', delivery: { ...core, status: 'pending', dueAt: NOW, lease: null } },
    { write: 'updateDelivery', delivery },
    { write: 'insertAttempt', attempt: { ...answer, deliveryId: core.id, n: 1, at: NOW } },
    { write: 'settleJob', jobId: job.id, at: settledAt },
  )
  return { job, event, delivery }
}

export function purgeConformance(open: OpenStore): void {
  it('finds jobs whose retention has passed, longest first', async () => {
    const store = await open()
    const late = await putSettled(store, NOW + 9)
    const early = await putSettled(store, NOW + 1)
    await putSettled(store, NOW + 99)
    await put(store, { write: 'insertJob', job: aJob(), payload: bytesOf('1') })
    expect(await store.jobs.expired(NOW + 9, 10)).toEqual([early.job.id, late.job.id])
    expect(await store.jobs.expired(NOW + 9, 1)).toEqual([early.job.id])
  })

  it('removes a job with all that hangs on it and keeps its tombstone and idempotency key', async () => {
    const store = await open()
    const { job, event, delivery } = await putSettled(store, NOW)
    const kept = await putSettled(store, NOW)
    expect(await store.commit([{ write: 'purgeJob', jobId: job.id, settledBefore: NOW, goneUntil: NOW + 100 }])).toBe(true)
    expect(await store.jobs.view(job.id)).toBeNull()
    expect(await store.jobs.result(job.id, null)).toBeNull()
    expect(await store.deliveries.find(delivery.id)).toBeNull()
    expect(await store.deliveries.attempts(delivery.id, 9)).toEqual([])
    expect(await store.deliveries.list(deliveryQuery({ event: event.id }))).toEqual({ rows: [], next: null })
    expect(await store.jobs.tombstone(job.id, NOW)).toEqual({ tenantId: job.tenantId })
    expect(await store.jobs.tombstone(job.id, NOW + 100)).toBeNull()
    expect(await store.tenants.idempotencyKey(job.tenantId, job.id)).toMatchObject({ jobId: job.id })
    expect((await store.jobs.list(jobQuery())).rows.map((view) => view.job.id)).toEqual([kept.job.id])
    expect(await store.deliveries.attempts(kept.delivery.id, 9)).toHaveLength(1)
    expect((await store.jobs.result(kept.job.id, null))?.bytes).toEqual(bytesOf('2'))
    // The event's id is free again: it is gone, too.
    expect(await store.commit([{ write: 'insertEvent', event }])).toBe(true)
  })

  it('purges nothing that was settled later, is open again, or is purged already', async () => {
    const store = await open()
    const { job } = await putSettled(store, NOW + 5)
    const purge = (settledBefore: number) => store.commit([{ write: 'purgeJob', jobId: job.id, settledBefore, goneUntil: NOW + 100 }])
    expect(await purge(NOW)).toBe(false)
    await put(store, { write: 'unsettleJob', jobId: job.id })
    expect(await purge(NOW + 5)).toBe(false)
    await put(store, { write: 'settleJob', jobId: job.id, at: NOW + 5 })
    expect(await purge(NOW + 5)).toBe(true)
    expect(await purge(NOW + 5)).toBe(false)
  })

  it('removes tombstones and their keys when their time has passed, no more than asked', async () => {
    const store = await open()
    const jobs = [await putSettled(store, NOW), await putSettled(store, NOW), await putSettled(store, NOW)].map(({ job }) => job)
    for (const [n, job] of jobs.entries()) {
      await put(store, { write: 'purgeJob', jobId: job.id, settledBefore: NOW, goneUntil: NOW + 10 * (n + 1) })
    }
    const left = async () => {
      const keys = await Promise.all(jobs.map((job) => store.tenants.idempotencyKey(job.tenantId, job.id)))
      const stones = await Promise.all(jobs.map((job) => store.jobs.tombstone(job.id, NOW)))
      return [keys.filter((key) => key !== null).length, stones.filter((stone) => stone !== null).length]
    }
    await put(store, { write: 'purgeTombstones', before: NOW + 20, limit: 1 })
    expect(await left()).toEqual([2, 2])
    await put(store, { write: 'purgeTombstones', before: NOW + 20, limit: 10 })
    expect(await left()).toEqual([1, 1])
    expect(await store.commit([{ write: 'purgeTombstones', before: NOW + 20, limit: 10 }])).toBe(false)
  })
}
