import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { findJob } from '../../../src/lifecycle/access/find-job.ts'
import { replayDelivery } from '../../../src/lifecycle/deliveries/replay-delivery.ts'
import { purge, purgeEveryMs } from '../../../src/lifecycle/engine/purge.ts'
import { submitJob } from '../../../src/lifecycle/jobs/submit-job.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, ok, plainJob, type TestWorld, testWorld } from '../../support/world.ts'

const HOUR = 3600_000
const mine = { tenantId: DEFAULT_TENANT_ID }
const short = { settings: { retentionMs: HOUR } }

async function finishes(w: TestWorld, id: string): Promise<void> {
  await until('it has settled', async () => (await w.store.jobs.view(id))?.settledAt)
}

/** A whole purge with its rests. */
async function purgeAll(w: TestWorld): Promise<number> {
  const purged = purge(w)
  await w.clock.push(1_000)
  return purged
}

describe('the end of a job’s retention', () => {
  it('is told as `gone` from the very moment on, before and after the purge, and as unknown a day later', async () => {
    await using w = await testWorld(short)
    w.work()
    const id = await w.submit()
    await finishes(w, id)
    await w.clock.push(HOUR - 1)
    await expect(findJob(w, mine, id)).resolves.toMatchObject({ job: { status: 'completed' } })
    await w.clock.push(1)
    await expect(findJob(w, mine, id)).rejects.toMatchObject({ code: 'gone' })
    expect(await purge(w)).toBe(1)
    await expect(findJob(w, mine, id)).rejects.toMatchObject({ code: 'gone' })
    await expect(findJob(w, { tenantId: 'tnt_other' }, id)).rejects.toMatchObject({ code: 'not_found' })
    await w.clock.push(24 * HOUR)
    await expect(findJob(w, mine, id)).rejects.toMatchObject({ code: 'not_found' })
    await purgeAll(w)
    expect(await w.store.jobs.tombstone(id, 0)).toBeNull()
  })

  it('runs from the end of the last delivery, and stops while a replay is open', async () => {
    await using w = await testWorld({ settings: { retentionMs: HOUR, callback: { schedule: [HOUR], jitter: 0 } } })
    w.answer = () => answered(500)
    w.work()
    const id = await w.submit({ callback: hook })
    await until('the first try failed', async () => (await w.store.jobs.view(id))?.callbackDelivery?.attempts === 1)
    expect((await w.store.jobs.view(id))?.settledAt).toBeNull()
    await w.clock.push(HOUR)
    await finishes(w, id)
    await w.clock.push(HOUR - 1)
    expect(await purge(w)).toBe(0)
    const delivery = (await w.store.jobs.view(id))?.callbackDelivery
    await replayDelivery(w, mine, delivery?.id ?? '')
    expect((await w.store.jobs.view(id))?.settledAt).toBeNull()
    await w.clock.push(HOUR - 1)
    expect(await purge(w)).toBe(0)
  })

  it('keeps an Idempotency-Key as long as the tombstone: no second job until then', async () => {
    await using w = await testWorld(short)
    w.work()
    const idempotency = { key: 'k', bodyHash: createHash('sha256').update('body').digest() }
    const id = await w.submit({ idempotency })
    await finishes(w, id)
    await w.clock.push(HOUR)
    await purge(w)
    await expect(submitJob(w, { ...plainJob, idempotency })).rejects.toMatchObject({ code: 'gone' })
    await w.clock.push(24 * HOUR)
    await purgeAll(w)
    await expect(submitJob(w, { ...plainJob, idempotency })).resolves.toMatchObject({ replayed: false })
  })

  it('leaves open jobs alone, however old', async () => {
    await using w = await testWorld({
      settings: { retentionMs: HOUR, job: { timeoutMs: 1e12 } },
      handlers: { noop: () => ok, slow: () => new Promise(() => {}) },
    })
    w.work()
    const running = await w.submit({ type: 'slow' })
    const waiting = await w.submit({ runAt: w.clock.now() + 1e12 })
    await w.clock.push(100 * HOUR)
    expect(await purge(w)).toBe(0)
    expect((await w.store.jobs.find(running))?.status).toBe('running')
    expect((await w.store.jobs.find(waiting))?.status).toBe('pending')
  })

  it('comes in batches with rests, and takes everything', async () => {
    await using w = await testWorld(short)
    w.work()
    const ids = await Promise.all(Array.from({ length: 70 }, () => w.submit()))
    for (const id of ids) await finishes(w, id)
    await w.clock.push(HOUR)
    expect(await purgeAll(w)).toBe(70)
  })

  it('is looked for often when it is short and seldom when it is long', () => {
    expect([1_000, 60_000, 30 * 24 * HOUR].map(purgeEveryMs)).toEqual([1_000, 6_000, 60_000])
  })
})
