import { expect, it } from 'vitest'
import type { DeadDelivery, DeadReason } from '../../../src/domain/delivery.ts'
import type { DeadLetterFilter } from '../../../src/ports/deliveries.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { OpenStore } from '../conformance.ts'
import { deliveryQuery, NOW, put, putDelivery } from '../records.ts'

async function putDead(store: Store, url: string, reason: DeadReason, now = NOW, input: Parameters<typeof putDelivery>[1] = {}) {
  const made = await putDelivery(store, { url, ...input }, now)
  const { dueAt: _due, lease: _lease, ...core } = made.delivery
  const delivery: DeadDelivery = { ...core, status: 'dead', reason, finishedAt: now, version: 2 }
  await put(store, { write: 'updateDelivery', delivery })
  return { ...made, delivery }
}

function filter(members: Partial<DeadLetterFilter> = {}): DeadLetterFilter {
  const { status: _status, limit: _limit, before: _before, ...all } = deliveryQuery(members)
  return all
}

const group = (origin: string, reason: DeadReason, count: number, oldestAt = NOW, newestAt = NOW, tenantId = 'tnt_default') => {
  return { tenantId, origin, reason, count, oldestAt, newestAt }
}

export function deadLetterConformance(open: OpenStore): void {
  it('counts dead letters by destination and reason, largest group first, with the time of the oldest and the newest', async () => {
    const store = await open()
    await putDead(store, 'https://a.example/x', 'gone')
    await putDead(store, 'https://b.example/1', 'exhausted', NOW + 5)
    await putDead(store, 'https://b.example/2', 'exhausted', NOW - 5)
    await putDead(store, 'https://b.example/1', 'gone', NOW)
    await putDelivery(store)
    expect(await store.deliveries.summarizeDeadLetters(filter(), 100_000)).toEqual({
      complete: true,
      groups: [
        group('https://b.example', 'exhausted', 2, NOW - 5, NOW + 5),
        group('https://a.example', 'gone', 1),
        group('https://b.example', 'gone', 1),
      ],
    })
  })

  it('counts those of one tenant, or of every tenant apart', async () => {
    const store = await open()
    const theirs = { tenantId: 'tnt_other', destination: 'tnt_other https://a.example' }
    await putDead(store, 'https://a.example/', 'gone')
    await putDead(store, 'https://a.example/', 'gone', NOW, theirs)
    const [mine, other] = [group('https://a.example', 'gone', 1), group('https://a.example', 'gone', 1, NOW, NOW, 'tnt_other')]
    expect((await store.deliveries.summarizeDeadLetters(filter(), 100_000)).groups).toEqual([mine])
    expect((await store.deliveries.summarizeDeadLetters(filter({ tenantId: null }), 100_000)).groups).toEqual([mine, other])
    expect((await store.deliveries.summarizeDeadLetters(filter({ tenantId: 'tnt_nobody' }), 100_000)).groups).toEqual([])
  })

  it('counts what the filter of the list would show', async () => {
    const store = await open()
    const first = await putDead(store, 'https://a.example/', 'gone', NOW, { jobType: 'a' })
    await putDead(store, 'https://b.example/', 'exhausted', NOW + 10, { eventType: 'job.failed' })
    for (const tenantId of ['tnt_default', null]) {
      const count = async (members: Partial<DeadLetterFilter>) =>
        (await store.deliveries.summarizeDeadLetters(filter({ tenantId, ...members }), 100_000)).groups.map(({ origin }) => origin)
      expect(await count({ reason: 'gone' })).toEqual(['https://a.example'])
      expect(await count({ jobId: first.job.id })).toEqual(['https://a.example'])
      expect(await count({ event: 'job.failed' })).toEqual(['https://b.example'])
      expect(await count({ type: 'a' })).toEqual(['https://a.example'])
      expect(await count({ destination: 'https://b.example' })).toEqual(['https://b.example'])
      expect(await count({ createdAfter: NOW })).toEqual(['https://b.example'])
      expect(await count({ createdBefore: NOW + 10 })).toEqual(['https://a.example'])
    }
  })

  it('says so when there are more groups than it shows', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 1001 }, (_, n) => putDead(store, `https://host-${n}.example/`, 'exhausted')))
    const { groups, complete } = await store.deliveries.summarizeDeadLetters(filter(), 100_000)
    expect(groups).toHaveLength(1000)
    expect(complete).toBe(false)
  })
}
