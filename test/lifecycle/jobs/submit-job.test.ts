import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { submitJob } from '../../../src/lifecycle/jobs/submit-job.ts'
import { createTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import { StoreUnavailable } from '../../../src/ports/store.ts'
import { until } from '../../support/clock.ts'
import { hook, ok, plainJob, testWorld } from '../../support/world.ts'

const withKey = (key: string, body = 'body') => ({ idempotency: { key, bodyHash: createHash('sha256').update(body).digest() } })

describe('submitting a job', () => {
  it('stores it before it answers', async () => {
    await using w = await testWorld()
    const id = await w.submit({ metadata: { order: '42' }, tags: ['nightly'] })
    expect(await w.store.jobs.find(id)).toMatchObject({ status: 'pending', attempt: 0, metadata: { order: '42' }, tags: ['nightly'] })
  })

  it('lowers attempts and time-out as asked, and cuts what is more than the type or the service allows', async () => {
    await using w = await testWorld({ types: { noop: { maxAttempts: 5, timeoutMs: 10_000 } } })
    const lowered = await w.store.jobs.find(await w.submit({ maxAttempts: 2, timeoutMs: 1_000 }))
    const cut = await w.store.jobs.find(await w.submit({ maxAttempts: 50, timeoutMs: 1_000_000 }))
    expect([lowered?.maxAttempts, lowered?.timeoutMs, cut?.maxAttempts, cut?.timeoutMs]).toEqual([2, 1_000, 5, 10_000])
  })

  it('makes one job of 200 twins with the same key, and answers each of them with it', async () => {
    await using w = await testWorld()
    const answers = await Promise.all(Array.from({ length: 200 }, () => submitJob(w, { ...plainJob, ...withKey('k') })))
    expect(new Set(answers.map((answer) => answer.view.job.id)).size).toBe(1)
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1)
  })

  it('keeps the keys of tenants apart', async () => {
    await using w = await testWorld()
    const other = await createTenant(w, { name: 'other', limits: {} })
    const mine = await w.submit(withKey('k'))
    const theirs = await w.submit({ ...withKey('k'), tenantId: other.id })
    expect(theirs).not.toBe(mine)
  })

  it('answers a known key with the job as it is now', async () => {
    await using w = await testWorld()
    w.work()
    const id = await w.submit(withKey('k'))
    await until('it completed', async () => (await w.store.jobs.find(id))?.status === 'completed')
    const again = await submitJob(w, { ...plainJob, ...withKey('k') })
    expect(again).toMatchObject({ replayed: true, view: { job: { id, status: 'completed' } } })
  })

  it('refuses a known key with another body', async () => {
    await using w = await testWorld()
    await w.submit(withKey('k'))
    await expect(w.submit(withKey('k', 'other body'))).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('lets no refused request consume a key', async () => {
    await using w = await testWorld()
    await expect(w.submit({ ...withKey('k'), type: 'unknown' })).rejects.toMatchObject({ code: 'unknown_job_type' })
    await expect(w.submit(withKey('k', 'mended'))).resolves.toMatch(/^job_/)
  })

  it('tells a twin to come back when the first one takes longer than a second', async () => {
    await using w = await testWorld()
    const commit = w.store.commit
    let open = () => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    w.store.commit = async (change) => (await gate, commit(change))
    const first = w.submit(withKey('k'))
    const second = w.submit(withKey('k'))
    const refused = expect(second).rejects.toMatchObject({ code: 'in_flight', retryAfterSeconds: 1 })
    await w.clock.push(1_000)
    await refused
    open()
    await expect(first).resolves.toMatch(/^job_/)
  })

  it('refuses a callback to a forbidden address and names the member', async () => {
    await using w = await testWorld()
    await expect(w.submit({ callback: { ...hook, url: 'http://169.254.169.254/' } })).rejects.toMatchObject({
      code: 'callback_url_forbidden',
      faults: [{ pointer: '/callback/url' }],
    })
    await expect(w.submit({ callback: { ...hook, url: 'javascript:alert(1)' } })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('refuses beyond `pending_jobs` of a tenant', async () => {
    await using w = await testWorld()
    const tenant = await createTenant(w, { name: 'small', limits: { pending_jobs: 2 } })
    await w.submit({ tenantId: tenant.id })
    await w.submit({ tenantId: tenant.id })
    await expect(w.submit({ tenantId: tenant.id })).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('says no when the store does, and leaves nothing behind', async () => {
    let runs = 0
    await using w = await testWorld({ handlers: { noop: () => (++runs, ok) } })
    w.work()
    const commit = w.store.commit
    w.store.commit = async () => {
      throw new StoreUnavailable('disk_full', 'no room')
    }
    await expect(w.submit()).rejects.toMatchObject({ reason: 'disk_full' })
    w.store.commit = commit
    await w.clock.push(10_000)
    expect(runs).toBe(0)
    await w.submit()
    await until('the next one ran', () => runs === 1)
  })
})
