import { expect, it } from 'vitest'
import { newDestination } from '../../../src/domain/destination.ts'
import type { OpenStore } from '../conformance.ts'
import { putDelivery } from '../records.ts'

const fresh = newDestination('tnt_a https://partner.example', { ceiling: 64, breaker: true, firstPauseMs: 5_000 })
const first = { ...fresh, limit: 8.125, changedAt: 1_000, version: 1 }

export function destinationConformance(open: OpenStore): void {
  it('keeps a destination, fraction and all, and changes it only over the version before', async () => {
    const store = await open()
    expect(await store.destinations.find(fresh.id)).toBeNull()
    expect(await store.commit([{ write: 'putDestination', destination: first }])).toBe(true)
    expect(await store.commit([{ write: 'putDestination', destination: first }])).toBe(false)
    expect(await store.destinations.find(fresh.id)).toEqual(first)
    const next = { ...first, failures: 5, openUntil: 9_000, openSince: 3_000, shrunkAt: 4_000, version: 2 }
    expect(await store.commit([{ write: 'putDestination', destination: next }])).toBe(true)
    expect(await store.destinations.find(fresh.id)).toEqual(next)
  })

  it('tells whose breaker is open', async () => {
    const store = await open()
    const other = { ...first, id: 'tnt_a https://other.example', openUntil: 9_000 }
    await store.commit([{ write: 'putDestination', destination: first }])
    await store.commit([{ write: 'putDestination', destination: other }])
    expect(await store.destinations.openBreakers()).toEqual([other.id])
    await store.commit([{ write: 'putDestination', destination: { ...other, openUntil: null, version: 2 } }])
    expect(await store.destinations.openBreakers()).toEqual([])
  })

  it('lists a tenant’s or all, newest first, with what waits in each, so far as that is counted', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store)
    await putDelivery(store)
    const [busy, idle] = [
      { ...first, id: delivery.destination, tenantId: delivery.tenantId },
      { ...first, id: `${delivery.tenantId} https://idle.example`, tenantId: delivery.tenantId },
    ]
    for (const destination of [busy, idle, first]) await store.commit([{ write: 'putDestination', destination }])
    const page = { tenantId: delivery.tenantId, limit: 1, before: null, createdAfter: null, createdBefore: null }
    const newest = await store.destinations.list(page, 100)
    expect(newest.rows).toEqual([{ destination: idle, waiting: 0, sending: 0 }])
    const older = await store.destinations.list({ ...page, before: newest.next }, 100)
    expect(older).toEqual({ rows: [{ destination: busy, waiting: 2, sending: 0 }], next: null })
    expect((await store.destinations.list({ ...page, before: newest.next }, 1)).rows[0]?.waiting).toBe(1)
    await store.lanes.claimDeliveries({ lane: busy.id, limit: 1, now: delivery.dueAt, worker: 'w' })
    const all = await store.destinations.list({ ...page, tenantId: null, limit: 9 }, 100)
    expect(all.rows.map(({ waiting, sending }) => [waiting, sending])).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ])
  })

  it('forgets those that have not changed for long', async () => {
    const store = await open()
    await store.commit([{ write: 'putDestination', destination: first }])
    expect(await store.commit([{ write: 'purgeDestinations', before: 999, limit: 10 }])).toBe(false)
    expect(await store.destinations.find(first.id)).toEqual(first)
    expect(await store.commit([{ write: 'purgeDestinations', before: 1_000, limit: 10 }])).toBe(true)
    expect(await store.destinations.find(first.id)).toBeNull()
  })

  it('finds what waits in a lane past its horizon', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store)
    expect(await store.deliveries.overdue(delivery.destination, delivery.giveUpAt - 1, 10)).toEqual([])
    expect(await store.deliveries.overdue('another lane', delivery.giveUpAt, 10)).toEqual([])
    expect(await store.deliveries.overdue(delivery.destination, delivery.giveUpAt, 10)).toEqual([delivery])
  })
}
