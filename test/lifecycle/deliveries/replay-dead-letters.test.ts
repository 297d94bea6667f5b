import { describe, expect, it } from 'vitest'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { replayDeadLetters } from '../../../src/lifecycle/deliveries/replay-dead-letters.ts'
import { changeEndpoint } from '../../../src/lifecycle/endpoints/change-endpoint.ts'
import { createEndpoint } from '../../../src/lifecycle/endpoints/create-endpoint.ts'
import type { DeadLetterFilter } from '../../../src/ports/deliveries.ts'
import { StoreUnavailable } from '../../../src/ports/store.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const EVERYTHING: DeadLetterFilter = {
  tenantId: null,
  reason: null,
  error: null,
  jobId: null,
  event: null,
  type: null,
  destination: null,
  createdAfter: null,
  createdBefore: null,
}

/** A world with dead letters at each of these URLs, whose receivers are well again. */
async function afterOutage(urls: readonly string[]): Promise<TestWorld> {
  const w = await testWorld({ destinations: { breaker: false } })
  w.answer = () => answered(410)
  w.work()
  for (const url of urls) await w.submit({ callback: { ...hook, url } })
  await until('all are dead', async () => (await count(w, 'dead')) === urls.length)
  w.answer = () => answered(200)
  w.sent.length = 0
  return w
}

async function count(w: TestWorld, status: 'dead' | 'pending' | 'delivered'): Promise<number> {
  return (await w.store.deliveries.list({ ...EVERYTHING, status, limit: 10_000, before: null })).rows.length
}

const many = (howMany: number, url = hook.url) => Array.from({ length: howMany }, () => url)

describe('replaying dead letters', () => {
  it('sends all that fit once more, under the same webhook-id, and leaves the others dead', async () => {
    await using w = await afterOutage([...many(3), ...many(2, 'https://other.example/hooks')])
    const dead = (await w.store.deliveries.list({ ...EVERYTHING, status: 'dead', limit: 10, before: null })).rows
    const answer = await replayDeadLetters(w, { ...EVERYTHING, destination: 'https://partner.example' }, 100)
    expect(answer).toEqual({ replayed: 3, skipped: 0, hasMore: false })
    await until('they are delivered', async () => (await count(w, 'delivered')) === 3)
    const selected = dead.filter((delivery) => delivery.url === hook.url).map((delivery) => delivery.eventId)
    expect(w.sent.map((request) => request.headers['webhook-id']).toSorted()).toEqual(selected.toSorted())
    expect(await count(w, 'dead')).toBe(2)
  })

  it('sends them in the order they were made in', async () => {
    await using w = await afterOutage(many(6))
    const dead = (await w.store.deliveries.list({ ...EVERYTHING, status: 'dead', limit: 10, before: null })).rows
    await replayDeadLetters(w, EVERYTHING, 100)
    await until('they are delivered', async () => (await count(w, 'delivered')) === 6)
    expect(w.sent.map((request) => request.headers['webhook-id'])).toEqual(dead.map((delivery) => delivery.eventId).reverse())
  })

  it('stops at its limit and says that there is more', async () => {
    await using w = await afterOutage(many(7))
    expect(await replayDeadLetters(w, EVERYTHING, 5)).toEqual({ replayed: 5, skipped: 0, hasMore: true })
    expect(await replayDeadLetters(w, EVERYTHING, 5)).toEqual({ replayed: 2, skipped: 0, hasMore: false })
    expect(await replayDeadLetters(w, EVERYTHING, 5)).toEqual({ replayed: 0, skipped: 0, hasMore: false })
  })

  it('moves each once when two operators press at once', async () => {
    await using w = await afterOutage(many(40))
    const both = await Promise.all([replayDeadLetters(w, EVERYTHING, 100), replayDeadLetters(w, EVERYTHING, 100)])
    expect(both.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(40)
    await until('all are delivered', async () => (await count(w, 'delivered')) === 40)
    expect(w.sent).toHaveLength(40)
    expect(new Set(w.sent.map((request) => request.headers['webhook-id'])).size).toBe(40)
  })

  it('counts what it moved before the store took no more, and says that there is more', async () => {
    await using w = await afterOutage(many(5))
    let left = 2
    w.store.commit = async (change) => {
      if (change.some((write) => write.write === 'unsettleJob') && left-- <= 0) throw new StoreUnavailable('overloaded', 'full')
      return w.disk.commit(change)
    }
    expect(await replayDeadLetters(w, EVERYTHING, 100)).toEqual({ replayed: 2, skipped: 0, hasMore: true })
    await until('two are delivered', async () => (await count(w, 'delivered')) === 2)
    expect(await count(w, 'dead')).toBe(3)
    await expect(replayDeadLetters(w, EVERYTHING, 100)).rejects.toMatchObject({ reason: 'overloaded' })
  })

  it('leaves what goes to a disabled endpoint until that is enabled again', async () => {
    await using w = await testWorld()
    const about = { tenantId: DEFAULT_TENANT_ID, url: hook.url, description: null, headers: {} }
    const { endpoint } = await createEndpoint(w, { ...about, events: ['job.completed'] })
    w.answer = () => answered(410)
    w.work()
    await w.submit()
    await until('it is dead', async () => (await count(w, 'dead')) === 1)
    w.answer = () => answered(200)
    expect(await replayDeadLetters(w, EVERYTHING, 100)).toEqual({ replayed: 0, skipped: 1, hasMore: false })
    await changeEndpoint(w, { tenantId: null }, endpoint.id, { status: 'enabled' })
    expect(await replayDeadLetters(w, EVERYTHING, 100)).toEqual({ replayed: 1, skipped: 0, hasMore: false })
    await until('it is delivered', async () => (await count(w, 'delivered')) === 1)
  })

  it('starts no retention anew for what it did not move', async () => {
    await using w = await afterOutage(many(1))
    const [dead] = (await w.store.deliveries.list({ ...EVERYTHING, status: 'dead', limit: 1, before: null })).rows
    const settledAt = async () => (await w.store.jobs.view(dead?.jobId ?? ''))?.settledAt
    expect(await settledAt()).toEqual(expect.any(Number))
    w.answer = () => new Promise(() => {})
    await replayDeadLetters(w, { ...EVERYTHING, tenantId: 'tnt_other' }, 100)
    expect(await settledAt()).toEqual(expect.any(Number))
    await replayDeadLetters(w, EVERYTHING, 100)
    expect(await settledAt()).toBeNull()
  })
})
