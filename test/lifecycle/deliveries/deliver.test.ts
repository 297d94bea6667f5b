import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/domain/delivery.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { discardDelivery } from '../../../src/lifecycle/deliveries/discard-delivery.ts'
import { replayDelivery } from '../../../src/lifecycle/deliveries/replay-delivery.ts'
import { signingSecret } from '../../../src/lifecycle/tenants/signing-secret.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const reader = { tenantId: DEFAULT_TENANT_ID }

async function deliveryOf(w: TestWorld, jobId: string): Promise<Delivery> {
  return until('the job has a delivery', async () => (await w.store.jobs.view(jobId))?.callbackDelivery ?? null)
}

async function reaches(w: TestWorld, jobId: string, status: Delivery['status']): Promise<Delivery> {
  return until(`the delivery is ${status}`, async () => {
    const delivery = await deliveryOf(w, jobId)
    return delivery.status === status ? delivery : null
  })
}

describe('delivering a callback', () => {
  it('signs every attempt so that the reference library verifies it; id and body stay, timestamp and signature change', async () => {
    await using w = await testWorld()
    w.answer = () => answered(w.sent.length < 3 ? 503 : 200)
    w.work()
    const id = await w.submit({ callback: { ...hook, headers: { 'x-tag': '1' } } })
    await until('first try', () => w.sent.length === 1)
    await w.clock.push(5_000)
    await until('second try', () => w.sent.length === 2)
    await w.clock.push(300_000)
    expect(await reaches(w, id, 'delivered')).toMatchObject({ attempts: 3, lastStatus: 200 })

    const { current } = await signingSecret(w, DEFAULT_TENANT_ID)
    // The library judges the timestamp by the real clock; ours stands elsewhere.
    const webhook = new Webhook(current.secret)
    for (const { body, headers } of w.sent) {
      const at = new Date(Number(headers['webhook-timestamp']) * 1000)
      expect(webhook.sign(headers['webhook-id'] ?? '', at, Buffer.from(body).toString())).toBe(headers['webhook-signature'])
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'accept-encoding': 'identity', 'x-tag': '1' })
    }
    expect(new Set(w.sent.map((request) => request.headers['webhook-id'])).size).toBe(1)
    expect(new Set(w.sent.map((request) => Buffer.from(request.body).toString('hex'))).size).toBe(1)
    expect(new Set(w.sent.map((request) => request.headers['webhook-timestamp'])).size).toBe(3)
    expect((await w.store.deliveries.attempts((await deliveryOf(w, id)).id, 10)).map((attempt) => [attempt.n, attempt.status])).toEqual([
      [1, 503],
      [2, 503],
      [3, 200],
    ])
  })

  it('is dead when the schedule is spent; a replay sends the same event and counts attempts on', async () => {
    await using w = await testWorld({ settings: { callback: { schedule: [1_000], jitter: 0 } } })
    w.answer = () => answered(500, {}, 'broken')
    w.work()
    const id = await w.submit({ callback: hook })
    await until('first try', () => w.sent.length === 1)
    await w.clock.push(1_000)
    const dead = await reaches(w, id, 'dead')
    expect(dead).toMatchObject({ reason: 'exhausted', attempts: 2, attemptsInBudget: 2, lastStatus: 500 })
    expect((await w.store.jobs.view(id))?.settledAt).toBe(w.clock.now())

    w.answer = () => answered(204)
    await replayDelivery(w, reader, dead.id)
    expect((await reaches(w, id, 'delivered')).attempts).toBe(3)
    expect(w.sent[2]?.headers['webhook-id']).toBe(w.sent[0]?.headers['webhook-id'])
    await replayDelivery(w, reader, dead.id)
    await until('sent once more', () => w.sent.length === 4)
  })

  it('does not try before a Retry-After, nor before the schedule', async () => {
    await using w = await testWorld()
    w.answer = () => answered(429, { 'retry-after': '60' })
    w.work()
    const id = await w.submit({ callback: hook })
    await until('first try is recorded', async () => (await deliveryOf(w, id)).attempts === 1)
    expect(await deliveryOf(w, id)).toMatchObject({ status: 'pending', dueAt: w.clock.now() + 60_000 })
    w.answer = () => answered(429, { 'retry-after': '1' })
    await w.clock.push(60_000)
    await until('second try is recorded', async () => (await deliveryOf(w, id)).attempts === 2)
    expect(await deliveryOf(w, id)).toMatchObject({ dueAt: w.clock.now() + 300_000 })
  })

  it('takes a 410 for a farewell', async () => {
    await using w = await testWorld()
    w.answer = () => answered(410)
    w.work()
    const id = await w.submit({ callback: hook })
    expect(await reaches(w, id, 'dead')).toMatchObject({ reason: 'gone', attempts: 1 })
  })

  it('discards only what is dead', async () => {
    await using w = await testWorld({ settings: { callback: { schedule: [], jitter: 0 } } })
    w.answer = () => answered(500)
    w.work()
    const id = await w.submit({ callback: hook })
    const dead = await reaches(w, id, 'dead')
    await discardDelivery(w, reader, dead.id)
    expect(await deliveryOf(w, id)).toMatchObject({ status: 'canceled', reason: 'discarded' })
    await expect(discardDelivery(w, reader, dead.id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(replayDelivery(w, reader, dead.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('has no more requests in flight to a destination than it may, and other destinations do not wait for it', async () => {
    const hanging: (() => void)[] = []
    await using w = await testWorld({ destinations: { ceiling: 3 } })
    w.answer = (request) =>
      request.url.startsWith('https://slow.') ? new Promise((resolve) => hanging.push(() => resolve(answered(200)))) : answered(200)
    w.work()
    for (let n = 0; n < 10; n++) await w.submit({ callback: { ...hook, url: 'https://slow.example/' } })
    const quick = await w.submit({ callback: hook })
    await reaches(w, quick, 'delivered')
    await until('three hang', () => hanging.length === 3)
    await w.clock.push(100)
    expect(hanging).toHaveLength(3)
    for (let n = 0; n < 10; n++) (await until('the next request', () => hanging[n]))()
    await until('all were sent', () => w.sent.length === 11)
  })

  it('sends nothing for an end the job did not ask for', async () => {
    await using w = await testWorld()
    w.work()
    const id = await w.submit({ callback: { ...hook, events: ['job.failed'] } })
    await until('it completed', async () => (await w.store.jobs.find(id))?.status === 'completed')
    expect((await w.store.jobs.view(id))?.callbackDelivery).toBeNull()
    expect(w.sent).toHaveLength(0)
  })
})
