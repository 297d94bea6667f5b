import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endRun } from '../../../src/domain/end-run.ts'
import { cancelPending, type Job, startJob } from '../../../src/domain/job.ts'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import { INLINE_RESULT_LIMIT } from '../../../src/domain/job-view.ts'
import type { Progress } from '../../../src/domain/progress.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { OpenStore } from '../conformance.ts'
import { aCallback, aDelivery, aJob, anEvent, bytesOf, NOW, put, putJob } from '../records.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const HALF: Progress = { percent: 50, stage: 'sum', message: 'half', steps: [{ name: 'sum', status: 'running' }] }

async function putRunning(store: Store) {
  const job = await putJob(store, aJob())
  const running = startJob(job, 'w.2', NOW + 10)
  await put(store, { write: 'updateJob', job: running })
  return running
}

export function jobConformance(open: OpenStore): void {
  it('gives back every job it was given, unchanged', async () => {
    const store = await open()
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    const input = fc.record({
      type: text,
      priority: fc.integer({ min: -100, max: 100 }),
      tags: fc.array(text, { maxLength: 5 }),
      metadata: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }),
      callback: fc.option(fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }).map(aCallback)),
      traceparent: fc.option(text),
      runAt: fc.option(fc.integer({ min: 0, max: 4e12 })),
      timeoutMs: fc.integer({ min: 1, max: 1e9 }),
      maxAttempts: fc.integer({ min: 1, max: 100 }),
      rerunOf: fc.option(text),
    })
    await fc.assert(
      fc.asyncProperty(input, fc.option(text), async (parts, lease) => {
        const job = aJob(parts, NOW, lease)
        await putJob(store, job)
        expect(await store.jobs.find(job.id)).toEqual(job)
      }),
      { numRuns: 50 },
    )
  })

  it('gives back every state a job can reach, unchanged', async () => {
    const store = await open()
    const failure = { code: 'boom', message: 'it broke', retryable: true, details: { at: [1, null] } }
    const outcomes: RunOutcome[] = [
      { kind: 'completed', result: { kind: 'json', bytes: bytesOf('{"ok":true}') } },
      { kind: 'completed', result: { kind: 'content', bytes: bytesOf('a,b'), contentType: 'text/csv' } },
      { kind: 'completed', result: { kind: 'location', url: 'https://files.example/1' } },
      { kind: 'failed', failure },
      { kind: 'failed', failure: { ...failure, retryable: false } },
      { kind: 'timeout' },
      { kind: 'canceled' },
      { kind: 'worker_lost' },
      { kind: 'handed_back' },
    ]
    for (const outcome of outcomes) {
      const running = await putRunning(store)
      expect(await store.jobs.find(running.id)).toEqual(running)
      const ended: Job = endRun(running, outcome, NOW + 20, 0.5)
      await put(store, { write: 'updateJob', job: ended })
      expect(await store.jobs.find(running.id)).toEqual(ended)
    }
    const pending = await putJob(store, aJob())
    const canceled = cancelPending(pending, NOW)
    await put(store, { write: 'updateJob', job: canceled })
    expect(await store.jobs.find(pending.id)).toEqual(canceled)
  })

  it('keeps since when a job waits for its upstream, until that has answered', async () => {
    const store = await open()
    const running = await putRunning(store)
    const failure = { code: 'upstream_unreachable', message: 'No answer.', retryable: true, details: null }
    const waiting = endRun(running, { kind: 'unanswered', failure }, NOW + 20, 0, 60_000)
    await put(store, { write: 'updateJob', job: waiting })
    expect(await store.jobs.find(running.id)).toEqual(waiting)
    expect(waiting).toMatchObject({ status: 'pending', attempt: 0, waitingSince: running.attemptStartedAt })
  })

  it('knows no job by an unknown id', async () => {
    const store = await open()
    expect(await store.jobs.find('job_unknown')).toBeNull()
    expect(await store.jobs.view('job_unknown')).toBeNull()
    expect(await store.jobs.result('job_unknown', null)).toBeNull()
  })

  it('takes progress only under the lease of the running job', async () => {
    const store = await open()
    const running = await putRunning(store)
    expect(
      await store.commit([{ write: 'updateProgress', tenantId: running.tenantId, jobId: running.id, lease: 'w.1', progress: HALF }]),
    ).toBe(false)
    expect(
      await store.commit([{ write: 'updateProgress', tenantId: running.tenantId, jobId: running.id, lease: 'w.2', progress: HALF }]),
    ).toBe(true)
    expect(await store.jobs.view(running.id)).toMatchObject({ progress: HALF, progressRevision: 1, job: { version: running.version } })
    const done = endRun(running, { kind: 'canceled' }, NOW, 0)
    await put(store, { write: 'updateJob', job: done })
    expect(
      await store.commit([{ write: 'updateProgress', tenantId: running.tenantId, jobId: running.id, lease: 'w.2', progress: null }]),
    ).toBe(false)
    expect(await store.jobs.view(running.id)).toMatchObject({ progress: HALF, progressRevision: 1 })
  })

  it('inlines a JSON result up to the limit and gives the bytes of any', async () => {
    const store = await open()
    const finish = async (size: number, kind: 'json' | 'content') => {
      const running = await putRunning(store)
      const bytes = new Uint8Array(size).fill(0x31)
      const result = kind === 'json' ? { kind, bytes } : { kind, bytes, contentType: 'text/plain' }
      const change = [
        { write: 'updateJob' as const, job: endRun(running, { kind: 'completed', result }, NOW, 0) },
        { write: 'insertResult' as const, jobId: running.id, bytes },
      ]
      await put(store, ...change)
      expect(await store.jobs.result(running.id, null)).toEqual({ bytes, sha256: sha256(bytes) })
      expect(await store.jobs.result(running.id, { start: 3, end: 7 })).toEqual({
        bytes: bytes.slice(3, 7),
        sha256: sha256(bytes.slice(3, 7)),
      })
      return (await store.jobs.view(running.id))?.inlineResult ?? null
    }
    expect(await finish(INLINE_RESULT_LIMIT, 'json')).toEqual(new Uint8Array(INLINE_RESULT_LIMIT).fill(0x31))
    expect(await finish(INLINE_RESULT_LIMIT + 1, 'json')).toBeNull()
    expect(await finish(10, 'content')).toBeNull()
  })

  it('shows the delivery to the job’s own URL, and settles the job when its last one has ended', async () => {
    const store = await open()
    const pending = await putJob(store, aJob({ callback: aCallback() }))
    const running = startJob(pending, 'w.2', NOW)
    await put(store, { write: 'updateJob', job: running })
    const event = anEvent(pending)
    const delivery = aDelivery(event)
    const toEndpoint = aDelivery(event, { endpointId: 'ep_1' })
    await put(
      store,
      { write: 'updateJob', job: endRun(running, { kind: 'canceled' }, NOW, 0) },
      { write: 'insertEvent', event },
      { write: 'insertDelivery', delivery: toEndpoint },
      { write: 'insertDelivery', delivery },
      { write: 'settleJob', jobId: pending.id, at: NOW },
    )
    expect(await store.jobs.view(pending.id)).toMatchObject({ settledAt: null, callbackDelivery: delivery })

    const ended = { ...delivery, status: 'delivered' as const, finishedAt: NOW + 5, version: 2 }
    await put(store, { write: 'updateDelivery', delivery: ended }, { write: 'settleJob', jobId: pending.id, at: NOW + 5 })
    expect(await store.jobs.view(pending.id)).toMatchObject({ settledAt: null })

    const dead = { ...toEndpoint, status: 'dead' as const, reason: 'gone' as const, finishedAt: NOW + 9, version: 2 }
    await put(store, { write: 'updateDelivery', delivery: dead }, { write: 'settleJob', jobId: pending.id, at: NOW + 9 })
    expect(await store.jobs.view(pending.id)).toMatchObject({ settledAt: NOW + 9 })

    await put(store, { write: 'unsettleJob', jobId: pending.id })
    expect(await store.jobs.view(pending.id)).toMatchObject({ settledAt: null })
  })

  it('never settles a job that has not ended, and never earlier than before', async () => {
    const store = await open()
    const running = await putRunning(store)
    await put(store, { write: 'settleJob', jobId: running.id, at: NOW })
    expect(await store.jobs.view(running.id)).toMatchObject({ settledAt: null })
    const end = { write: 'updateJob' as const, job: endRun(running, { kind: 'canceled' }, NOW, 0) }
    await put(store, end, { write: 'settleJob', jobId: running.id, at: NOW })
    await put(store, { write: 'settleJob', jobId: running.id, at: NOW - 5 })
    expect(await store.jobs.view(running.id)).toMatchObject({ settledAt: NOW })
  })

  it('takes an idempotency key once for a tenant', async () => {
    const store = await open()
    const job = aJob()
    const key = (tenantId: string) => ({
      write: 'insertIdempotencyKey' as const,
      tenantId,
      key: 'k',
      bodyHash: bytesOf('h'),
      jobId: job.id,
    })
    expect(await store.commit([key('tnt_a'), { write: 'insertJob', job, payload: bytesOf('1') }])).toBe(true)
    const twin = aJob()
    expect(await store.commit([key('tnt_a'), { write: 'insertJob', job: twin, payload: bytesOf('1') }])).toBe(false)
    expect(await store.jobs.find(twin.id)).toBeNull()
    expect(await store.commit([key('tnt_b')])).toBe(true)
    expect(await store.tenants.idempotencyKey('tnt_a', 'k')).toEqual({ bodyHash: bytesOf('h'), jobId: job.id })
    expect(await store.tenants.idempotencyKey('tnt_a', 'other')).toBeNull()
  })

  it('counts a tenant’s open jobs up to the cap', async () => {
    const store = await open()
    for (let n = 0; n < 3; n++) await putJob(store, aJob({ tenantId: 'tnt_a' }))
    await putJob(store, aJob({ tenantId: 'tnt_b' }))
    const running = await putRunning(store)
    expect(await store.tenants.countJobs('tnt_a', 'pending', 10)).toBe(3)
    expect(await store.tenants.countJobs('tnt_a', 'pending', 2)).toBe(2)
    expect(await store.tenants.countJobs('tnt_a', 'running', 10)).toBe(0)
    expect(await store.tenants.countJobs(running.tenantId, 'running', 10)).toBe(1)
  })

  it('gives the queue position by priority, due time and age among due jobs of the tenant, exact to the cap', async () => {
    const store = await open()
    const inOrder = [
      await putJob(store, aJob({ priority: 5, type: 'z' }, NOW + 50)),
      await putJob(store, aJob({ type: 'b' }, NOW), '1'),
      await putJob(store, aJob({ type: 'a' }, NOW, 'held.1')),
      await putJob(store, aJob({ type: 'c' }, NOW)),
      await putJob(store, aJob({ type: 'a' }, NOW + 1)),
      await putJob(store, aJob({ priority: -1 }, NOW)),
    ]
    await putJob(store, aJob({ tenantId: 'tnt_other', priority: 9 }))
    const later = await putJob(store, aJob({ priority: 9, runAt: NOW + 1000 }))
    const positions = await Promise.all(inOrder.map((job) => store.jobs.queuePosition(job, NOW + 100, 100)))
    expect(positions).toEqual([1, 2, 3, 4, 5, 6])
    expect(await Promise.all(inOrder.map((job) => store.jobs.queuePosition(job, NOW + 100, 3)))).toEqual([1, 2, 3, null, null, null])
    expect(await store.jobs.queuePosition(later, NOW + 100, 100)).toBe(1)
  })

  it('remembers how long the newest completed jobs ran, oldest first, but not where a clock was set meanwhile', async () => {
    const store = await open()
    for (const [type, ms] of [
      ['a', 10],
      ['b', 20],
      ['a', 30],
      ['a', -3_600_000],
      ['b', 7 * 86_400_000],
    ] as const) {
      const job = await putJob(store, aJob({ type }))
      const running = startJob(job, 'w.2', NOW)
      const result = { kind: 'location' as const, url: 'https://files.example/1' }
      const done = endRun(running, { kind: 'completed', result }, NOW + ms, 0)
      await put(store, { write: 'updateJob', job: running }, { write: 'updateJob', job: done })
    }
    await putRunning(store)
    expect(await store.jobs.recentDurations(2)).toEqual([
      { type: 'b', ms: 20 },
      { type: 'a', ms: 30 },
    ])
  })
}
