import { expect, it } from 'vitest'
import { cancelPending } from '../../../src/domain/job.ts'
import type { OpenStore } from '../conformance.ts'
import { aDelivery, aJob, anEvent, aTenant, NOW, put, putDelivery, putJob } from '../records.ts'

export function backlogConformance(open: OpenStore): void {
  it('is nothing in an empty store', async () => {
    const store = await open()
    for (const kind of ['job', 'delivery'] as const) {
      expect(await store.lanes.backlog(kind, NOW, 100)).toEqual({ lanes: 0, due: 0, later: 0, oldestDueAt: null })
    }
  })

  it('counts jobs that are due, also those held in memory, and apart from them what waits for later', async () => {
    const store = await open()
    const other = aTenant()
    await put(store, { write: 'insertTenant', tenant: other })
    await putJob(store, aJob({}, NOW - 100))
    await putJob(store, aJob({ tenantId: other.id }, NOW - 50))
    await putJob(store, aJob({}, NOW - 300, 'w.0'))
    await putJob(store, aJob({ runAt: NOW + 1 }))
    expect(await store.lanes.backlog('job', NOW, 100)).toEqual({ lanes: 2, due: 3, later: 1, oldestDueAt: NOW - 300 })
    expect(await store.lanes.backlog('job', NOW + 1, 100)).toMatchObject({ due: 4, later: 0 })
  })

  it('leaves out jobs that run or have ended', async () => {
    const store = await open()
    const job = await putJob(store, aJob())
    await put(store, { write: 'updateJob', job: cancelPending(job, NOW) })
    await putJob(store, aJob())
    await store.lanes.claimJobs({ lane: job.tenantId, limit: 5, now: NOW, worker: 'w', exceptTypes: [] })
    expect(await store.lanes.backlog('job', NOW, 100)).toEqual({ lanes: 0, due: 0, later: 0, oldestDueAt: null })
  })

  it('counts deliveries by destination, and none that is being sent', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store, { url: 'https://a.example/' }, NOW - 10)
    await putDelivery(store, { url: 'https://b.example/' }, NOW - 20)
    await store.lanes.claimDeliveries({ lane: delivery.destination, limit: 5, now: NOW, worker: 'w' })
    const event = anEvent(aJob())
    const held = aDelivery(event, { url: 'https://c.example/' }, NOW - 30, 'w.0')
    await put(store, { write: 'insertEvent', event }, { write: 'insertDelivery', delivery: held })
    expect(await store.lanes.backlog('delivery', NOW, 100)).toEqual({ lanes: 1, due: 2, later: 0, oldestDueAt: NOW - 30 })
  })
}
