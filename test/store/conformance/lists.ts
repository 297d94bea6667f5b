import { expect, it } from 'vitest'
import { cancelPending, startJob } from '../../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import type { JobQuery } from '../../../src/ports/jobs.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { OpenStore } from '../conformance.ts'
import { aJob, bytesOf, deliveryQuery, jobQuery, NOW, put, putDelivery, putJob } from '../records.ts'

async function ids(store: Store, query: Partial<JobQuery>): Promise<string[]> {
  return (await store.jobs.list(jobQuery(query))).rows.map((view) => view.job.id)
}

export function listConformance(open: OpenStore): void {
  it('pages through a tenant’s jobs, newest first, each once', async () => {
    const store = await open()
    const mine: string[] = []
    for (let n = 0; n < 7; n++) {
      mine.unshift((await putJob(store, aJob())).id)
      await putJob(store, aJob({ tenantId: 'tnt_other' }))
    }
    const seen: string[] = []
    let before: number | null = null
    do {
      const page: Awaited<ReturnType<Store['jobs']['list']>> = await store.jobs.list(jobQuery({ limit: 3, before }))
      seen.push(...page.rows.map((view) => view.job.id))
      before = page.next
    } while (before !== null)
    expect(seen).toEqual(mine)
  })

  it('has no next page when a page is exactly full', async () => {
    const store = await open()
    for (let n = 0; n < 3; n++) await putJob(store, aJob())
    expect(await store.jobs.list(jobQuery({ limit: 3 }))).toMatchObject({ next: null })
    expect((await store.jobs.list(jobQuery({ limit: 2 }))).next).not.toBeNull()
    expect(await store.jobs.list(jobQuery({ tenantId: 'tnt_nobody' }))).toEqual({ rows: [], next: null })
  })

  it('filters jobs by every member of the query', async () => {
    const store = await open()
    const a = await putJob(store, aJob({ type: 'a', tags: ['x', 'y'] }, NOW))
    const b = await putJob(store, aJob({ type: 'b', tags: ['x'] }, NOW + 10))
    const c = await putJob(store, aJob({ type: 'b' }, NOW + 20))
    const other = await putJob(store, aJob({ tenantId: 'tnt_other' }, NOW + 30))
    await put(store, { write: 'updateJob', job: startJob(b, 'w.2', NOW) })
    await put(store, { write: 'updateJob', job: cancelPending(c, NOW) })
    for (const tenantId of [DEFAULT_TENANT_ID, null]) {
      const others = tenantId === null ? [other.id] : []
      expect(await ids(store, { tenantId })).toEqual([...others, c.id, b.id, a.id])
      expect(await ids(store, { tenantId, status: 'pending' })).toEqual([...others, a.id])
      expect(await ids(store, { tenantId, status: 'running' })).toEqual([b.id])
      expect(await ids(store, { tenantId, status: 'canceled' })).toEqual([c.id])
      expect(await ids(store, { tenantId, status: 'failed' })).toEqual([])
      expect(await ids(store, { tenantId, status: 'completed' })).toEqual([])
      expect(await ids(store, { tenantId, type: 'b' })).toEqual([c.id, b.id])
      expect(await ids(store, { tenantId, tag: 'x' })).toEqual([b.id, a.id])
      expect(await ids(store, { tenantId, createdAfter: NOW, createdBefore: NOW + 20 })).toEqual([b.id])
      expect(await ids(store, { tenantId, type: 'b', tag: 'x', status: 'running' })).toEqual([b.id])
    }
  })

  it('gives whole views', async () => {
    const store = await open()
    const job = await putJob(store, aJob())
    const page = await store.jobs.list(jobQuery())
    expect(page.rows).toEqual([await store.jobs.view(job.id)])
  })

  it('looks at no more than 5,000 rows for a page, and says where to go on', async () => {
    const store = await open()
    const needle = await putJob(store, aJob({ type: 'needle' }))
    const change = Array.from({ length: 5000 }, () => ({ write: 'insertJob' as const, job: aJob(), payload: bytesOf('1') }))
    await put(store, ...change)
    const first = await store.jobs.list(jobQuery({ type: 'needle' }))
    expect(first.rows).toEqual([])
    expect(first.next).not.toBeNull()
    const second = await store.jobs.list(jobQuery({ type: 'needle', before: first.next }))
    expect(second.rows.map((view) => view.job.id)).toEqual([needle.id])
    expect(second.next).toBeNull()
  })

  it('filters deliveries by every member of the query', async () => {
    const store = await open()
    const first = await putDelivery(store, { jobType: 'a' }, NOW)
    const second = await putDelivery(store, { url: 'https://other.example:8443/x' }, NOW + 10)
    const third = await putDelivery(store, { eventType: 'job.failed' }, NOW + 20)
    const sending = { ...second.delivery, status: 'sending' as const, lease: 'w.2', version: 2 }
    const { dueAt: _due, lease: _lease, ...core } = third.delivery
    const dead = { ...core, status: 'dead' as const, reason: 'gone' as const, finishedAt: NOW, version: 2 }
    await put(store, { write: 'updateDelivery', delivery: sending })
    await put(store, { write: 'updateDelivery', delivery: dead })
    const [a, b, c] = [first.delivery.id, second.delivery.id, third.delivery.id]
    for (const tenantId of [DEFAULT_TENANT_ID, null]) {
      const found = async (query: Parameters<typeof deliveryQuery>[0]) =>
        (await store.deliveries.list(deliveryQuery({ tenantId, ...query }))).rows.map((row) => row.id)
      expect(await found({})).toEqual([c, b, a])
      expect(await found({ status: 'pending' })).toEqual([b, a])
      expect(await found({ status: 'dead' })).toEqual([c])
      expect(await found({ status: 'delivered' })).toEqual([])
      expect(await found({ status: 'canceled' })).toEqual([])
      expect(await found({ reason: 'gone' })).toEqual([c])
      expect(await found({ jobId: first.job.id })).toEqual([a])
      expect(await found({ jobId: third.job.id, status: 'pending' })).toEqual([])
      expect(await found({ event: 'job.failed' })).toEqual([c])
      expect(await found({ event: second.event.id })).toEqual([b])
      expect(await found({ type: 'a' })).toEqual([a])
      expect(await found({ destination: 'https://other.example:8443' })).toEqual([b])
      expect(await found({ createdAfter: NOW, createdBefore: NOW + 20 })).toEqual([b])
    }
    expect(await store.deliveries.list(deliveryQuery({ tenantId: 'tnt_other', jobId: first.job.id }))).toEqual({ rows: [], next: null })
  })
}
