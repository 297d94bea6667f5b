import { expect, it } from 'vitest'
import { leaseDelivery, startSending } from '../../../src/domain/delivery.ts'
import { newDestination } from '../../../src/domain/destination.ts'
import { endRun } from '../../../src/domain/end-run.ts'
import { leasePending, releasePending, startJob } from '../../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import type { ClaimJobs, LeaseJobs } from '../../../src/ports/lanes.ts'
import type { OpenStore } from '../conformance.ts'
import { aCallback, aDelivery, aJob, anEvent, bytesOf, NOW, put, putDelivery, putJob } from '../records.ts'

const LANE = 'tnt_default https://partner.example'

function jobClaim(claim: Partial<ClaimJobs> = {}): ClaimJobs {
  return { lane: DEFAULT_TENANT_ID, limit: 10, now: NOW, worker: 'w', exceptTypes: [], ...claim }
}

function aLease(lease: Partial<LeaseJobs> = {}): LeaseJobs {
  return { lane: DEFAULT_TENANT_ID, limit: 10, now: NOW, worker: 'w', untilTypes: [], maxPayload: 1024, ...lease }
}

export function claimConformance(open: OpenStore): void {
  it('starts a job exactly as the domain does, and gives its payload and headers', async () => {
    const store = await open()
    const job = await putJob(store, aJob({ callback: aCallback({ 'x-tag': 'canary' }), tags: ['a'] }), '{"big":12345678901234567890}')
    const { taken, nextDueAt } = await store.lanes.claimJobs(jobClaim({ now: NOW + 5 }))
    expect(taken).toEqual([{ job: startJob(job, 'w.2', NOW + 5), payload: bytesOf('{"big":12345678901234567890}') }])
    expect(nextDueAt).toBeNull()
    expect(await store.jobs.find(job.id)).toEqual(startJob(job, 'w.2', NOW + 5))
  })

  it('starts a later attempt exactly as the domain does, without the progress of the one before', async () => {
    const store = await open()
    const job = await putJob(store, aJob())
    const first = startJob(job, 'w.2', NOW)
    const progress = { percent: 1, stage: null, message: null, steps: [] }
    const back = endRun(first, { kind: 'worker_lost' }, NOW + 1, 0)
    await put(store, { write: 'updateJob', job: first })
    await put(
      store,
      { write: 'updateProgress', tenantId: job.tenantId, jobId: job.id, lease: 'w.2', progress },
      { write: 'updateJob', job: back },
    )
    const { taken } = await store.lanes.claimJobs(jobClaim({ worker: 'v', now: NOW + 9 }))
    if (back.status !== 'pending') throw new Error('expected another attempt')
    expect(taken.map((work) => work.job)).toEqual([startJob(back, 'v.4', NOW + 9)])
    expect(await store.jobs.view(job.id)).toMatchObject({ progress: null, progressRevision: 2 })
  })

  it('takes the highest priority first, then the longest due, then the oldest, over all types', async () => {
    const store = await open()
    const low = await putJob(store, aJob({ priority: -3 }, NOW - 900))
    const young = await putJob(store, aJob({ type: 'a' }, NOW - 5))
    const twin = await putJob(store, aJob({ type: 'z' }, NOW - 9))
    const otherTwin = await putJob(store, aJob({ type: 'm' }, NOW - 9))
    const high = await putJob(store, aJob({ priority: 7 }, NOW))
    const order = [high, twin, otherTwin, young, low].map((job) => job.id)
    const first = await store.lanes.claimJobs(jobClaim({ limit: 3 }))
    expect(first.taken.map((work) => work.job.id)).toEqual(order.slice(0, 3))
    expect(first.nextDueAt).toBe(NOW - 900)
    const rest = await store.lanes.claimJobs(jobClaim())
    expect(rest.taken.map((work) => work.job.id)).toEqual(order.slice(3))
  })

  it('takes of a type that is held back only what has lost its patience, tried or not', async () => {
    const store = await open()
    const untried = await putJob(store, aJob({ type: 'up' }, NOW - 900))
    await putJob(store, aJob({ type: 'up' }, NOW - 800))
    const waits = async (since: number, dueAt: number) => {
      const running = startJob(await putJob(store, aJob({ type: 'up' }, since)), 'gone.2', since)
      const failure = { code: 'upstream_unreachable', message: 'No answer.', retryable: true, details: null }
      const back = endRun(running, { kind: 'unanswered', failure, breaker: { openSince: since, probeAt: dueAt } }, since, 0, 10_000)
      await put(store, { write: 'updateJob', job: running }, { write: 'updateJob', job: back })
      return back
    }
    const tried = await waits(NOW - 2_000, NOW - 5)
    await waits(NOW - 700, NOW - 4)
    const other = await putJob(store, aJob({ type: 'a' }, NOW - 1))
    await putJob(store, aJob({ type: 'a', runAt: NOW + 70 }))
    const heldBack = [{ type: 'up', waitingBefore: NOW - 850, dueBefore: NOW - 850 }]
    const { taken, nextDueAt, nextLaterAt } = await store.lanes.claimJobs(jobClaim({ heldBack }))
    expect(taken.map(({ job }) => job.id)).toEqual([untried.id, tried.id, other.id])
    expect({ nextDueAt, nextLaterAt }).toEqual({ nextDueAt: NOW - 800, nextLaterAt: NOW + 70 })
    expect(taken[1]?.job).toMatchObject({ waitingSince: NOW - 2_000, attempt: 1 })
    const none = await store.lanes.claimJobs(
      jobClaim({ heldBack: [{ type: 'up', waitingBefore: 0, dueBefore: Number.NEGATIVE_INFINITY }] }),
    )
    expect(none.taken).toEqual([])
  })

  it('never takes a job before its time, of another lane, or held in memory', async () => {
    const store = await open()
    await putJob(store, aJob({ runAt: NOW + 100 }))
    await putJob(store, aJob({ runAt: NOW + 50, priority: -5 }))
    await putJob(store, aJob({ tenantId: 'tnt_other' }))
    const held = await putJob(store, aJob({}, NOW, 'other.1'))
    expect(await store.lanes.claimJobs(jobClaim())).toMatchObject({ taken: [], nextDueAt: NOW + 50 })
    await put(store, { write: 'updateJob', job: releasePending(held) })
    expect((await store.lanes.claimJobs(jobClaim())).taken.map((work) => work.job.id)).toEqual([held.id])
  })

  it('leaves out types without a free slot and priorities that are not above', async () => {
    const store = await open()
    const busy = await putJob(store, aJob({ type: 'busy', priority: 9 }))
    const low = await putJob(store, aJob({ type: 'free', priority: 1 }))
    const high = await putJob(store, aJob({ type: 'free', priority: 2 }))
    const above = await store.lanes.claimJobs(jobClaim({ exceptTypes: ['busy'], abovePriority: 1 }))
    expect(above.taken.map((work) => work.job.id)).toEqual([high.id])
    expect(above.nextDueAt).toBe(NOW)
    const rest = await store.lanes.claimJobs(jobClaim({ exceptTypes: ['busy'] }))
    expect(rest.taken.map((work) => work.job.id)).toEqual([low.id])
    expect((await store.lanes.claimJobs(jobClaim())).taken.map((work) => work.job.id)).toEqual([busy.id])
  })

  it('never gives a record to two claims', async () => {
    const store = await open()
    const jobs = Array.from({ length: 60 }, () => aJob())
    await Promise.all(jobs.map((job) => putJob(store, job)))
    const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => store.lanes.claimJobs(jobClaim({ limit: 4, worker: `w${n}` }))))
    const ids = claims.flatMap(({ taken }) => taken.map((work) => work.job.id))
    expect(new Set(ids).size).toBe(60)
    expect(ids).toHaveLength(60)
  })

  it('leases jobs ahead in the order of a claim, pending as they are, and tells what is left', async () => {
    const store = await open()
    const second = await putJob(store, aJob({}, NOW - 9))
    const third = await putJob(store, aJob({}, NOW - 5))
    const first = await putJob(store, aJob({ priority: 7, callback: aCallback({ 'x-tag': 'canary' }) }), '{"big":12345678901234567890}')
    await putJob(store, aJob({ priority: -2 }))
    await putJob(store, aJob({ runAt: NOW + 70 }))
    const leased = await store.lanes.leaseJobs(aLease({ limit: 2 }))
    const held = [first, second].map((job) => leasePending(job, 'w.2'))
    expect(leased.taken.map(({ job }) => job)).toEqual(held)
    expect(leased.taken[0]?.payload).toEqual(bytesOf('{"big":12345678901234567890}'))
    expect(leased).toMatchObject({ nextDueAt: NOW - 5, nextLaterAt: NOW + 70, nextPriority: 0 })
    expect(await Promise.all(held.map(({ id }) => store.jobs.find(id)))).toEqual(held)
    const rest = await store.lanes.leaseJobs(aLease({ worker: 'v' }))
    expect(rest.taken.map(({ job }) => job.lease)).toEqual(['v.2', 'v.2'])
    expect(rest.taken[0]?.job.id).toBe(third.id)
    expect(rest).toMatchObject({ nextDueAt: NOW + 70, nextLaterAt: NOW + 70, nextPriority: null })
  })

  it('leases nothing ahead from the first job on that was held before, has a type with slots of its own or a big payload', async () => {
    const cases: [Parameters<typeof aJob>[0], string, boolean][] = [
      [{}, '{}', true],
      [{ type: 'narrow' }, '{}', false],
      [{}, `"${'x'.repeat(1024)}"`, false],
    ]
    for (const [input, payload, wasHeld] of cases) {
      const store = await open()
      const free = await putJob(store, aJob({}, NOW - 9))
      const barrier = await putJob(store, aJob({ priority: -1, ...input }, NOW - 5, wasHeld ? 'gone.1' : null), payload)
      if (wasHeld) await put(store, { write: 'updateJob', job: releasePending(barrier) })
      await putJob(store, aJob({ priority: -2 }))
      const leased = await store.lanes.leaseJobs(aLease({ untilTypes: ['narrow'] }))
      expect(leased.taken.map(({ job }) => job.id)).toEqual([free.id])
      expect(leased.nextPriority).toBe(-1)
      expect((await store.lanes.leaseJobs(aLease({ untilTypes: ['narrow'] }))).taken).toEqual([])
      expect((await store.lanes.claimJobs(jobClaim())).taken).toHaveLength(2)
    }
  })

  it('never gives a record to a claim and to a lease', async () => {
    const store = await open()
    for (let n = 0; n < 40; n++) await putJob(store, aJob())
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0 ? store.lanes.claimJobs(jobClaim({ limit: 4 })) : store.lanes.leaseJobs(aLease({ limit: 4 })),
      ),
    )
    const ids = taken.flatMap(({ taken: works }) => works.map(({ job }) => job.id))
    expect(new Set(ids).size).toBe(40)
    expect(ids).toHaveLength(40)
  })

  it('starts a delivery exactly as the domain does, with the event’s body and the callback’s headers', async () => {
    const store = await open()
    const job = await putJob(store, aJob({ callback: aCallback({ 'x-tag': '1' }) }))
    const event = anEvent(job, '{"body":1}')
    const delivery = aDelivery(event)
    await put(store, { write: 'insertEvent', event }, { write: 'insertDelivery', delivery })
    const { taken, nextDueAt } = await store.lanes.claimDeliveries({ lane: LANE, limit: 5, now: NOW, worker: 'w' })
    expect(taken).toEqual([{ delivery: startSending(delivery, 'w.2'), body: bytesOf('{"body":1}'), headers: { 'x-tag': '1' } }])
    expect(nextDueAt).toBeNull()
  })

  it('leases deliveries ahead in the order of a claim, pending as they are, until one with a big body', async () => {
    const store = await open()
    const job = await putJob(store, aJob({ callback: aCallback({ 'x-tag': '1' }) }))
    const putEvent = async (body: string, dueAt: number) => {
      const event = anEvent(job, body)
      const delivery = aDelivery(event, {}, dueAt)
      await put(store, { write: 'insertEvent', event }, { write: 'insertDelivery', delivery })
      return delivery
    }
    const big = await putEvent(`"${'x'.repeat(1024)}"`, NOW - 1)
    const first = await putEvent('{"n":1}', NOW - 9)
    const second = await putEvent('{"n":2}', NOW - 5)
    const lease = { lane: LANE, limit: 10, now: NOW, worker: 'w', maxBody: 1024 }
    const { taken, nextDueAt } = await store.lanes.leaseDeliveries(lease)
    const held = [first, second].map((delivery) => leaseDelivery(delivery, 'w.2'))
    expect(taken).toEqual([
      { delivery: held[0], body: bytesOf('{"n":1}'), headers: { 'x-tag': '1' } },
      { delivery: held[1], body: bytesOf('{"n":2}'), headers: { 'x-tag': '1' } },
    ])
    expect(nextDueAt).toBe(NOW - 1)
    expect(await Promise.all(held.map(({ id }) => store.deliveries.find(id)))).toEqual(held)
    expect((await store.lanes.leaseDeliveries(lease)).taken).toEqual([])
    const claimed = await store.lanes.claimDeliveries({ lane: LANE, limit: 5, now: NOW, worker: 'v' })
    expect(claimed.taken.map(({ delivery }) => delivery.id)).toEqual([big.id])
  })

  it('takes nothing of a destination that is paused, neither ahead nor at its turn, and all of it when the pause is over', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store)
    const fresh = newDestination(LANE, { ceiling: 64, breaker: true, firstPauseMs: 5_000 })
    await put(store, {
      write: 'putDestination',
      destination: { ...fresh, pausedAt: NOW - 5, pausedUntil: NOW + 5, changedAt: NOW, version: 1 },
    })
    const claim = { lane: LANE, limit: 5, now: NOW, worker: 'w' }
    expect((await store.lanes.leaseDeliveries({ ...claim, maxBody: 1024 })).taken).toEqual([])
    expect((await store.lanes.claimDeliveries(claim)).taken).toEqual([])
    const { taken } = await store.lanes.leaseDeliveries({ ...claim, now: NOW + 5, maxBody: 1024 })
    expect(taken.map((work) => work.delivery.id)).toEqual([delivery.id])
  })

  it('takes the longest due delivery of a lane first, each once', async () => {
    const store = await open()
    const { delivery: second } = await putDelivery(store, {}, NOW - 5)
    const { delivery: first } = await putDelivery(store, {}, NOW - 9)
    await putDelivery(store, { url: 'https://other.example/' })
    await putDelivery(store, {}, NOW + 70)
    const claim = { lane: LANE, limit: 1, now: NOW, worker: 'w' }
    const answers = await Promise.all([
      store.lanes.claimDeliveries(claim),
      store.lanes.claimDeliveries(claim),
      store.lanes.claimDeliveries(claim),
    ])
    expect(answers.map(({ taken }) => taken.map((work) => work.delivery.id))).toEqual([[first.id], [second.id], []])
    expect(answers.map(({ nextDueAt }) => nextDueAt)).toEqual([NOW - 5, NOW + 70, NOW + 70])
  })

  it('takes nothing when there is no room', async () => {
    const store = await open()
    await putDelivery(store)
    expect(await store.lanes.claimJobs(jobClaim({ limit: 0 }))).toMatchObject({ taken: [], nextDueAt: NOW })
    expect(await store.lanes.claimDeliveries({ lane: LANE, limit: 0, now: NOW, worker: 'w' })).toEqual({ taken: [], nextDueAt: NOW })
  })

  it('names every lane in which something waits unheld, with its earliest due time', async () => {
    const store = await open()
    expect(await store.lanes.waiting('job')).toEqual([])
    await putJob(store, aJob({ tenantId: 'tnt_b', runAt: NOW + 9 }))
    await putJob(store, aJob({ tenantId: 'tnt_b', runAt: NOW + 5, priority: -9 }))
    await putJob(store, aJob({ tenantId: 'tnt_a' }))
    await putJob(store, aJob({ tenantId: 'tnt_held' }, NOW, 'w.1'))
    expect(await store.lanes.waiting('job')).toEqual([
      { lane: 'tnt_a', dueAt: NOW },
      { lane: 'tnt_b', dueAt: NOW + 5 },
    ])
    await putDelivery(store, {}, NOW + 3)
    expect(await store.lanes.waiting('delivery')).toEqual([{ lane: LANE, dueAt: NOW + 3 }])
  })

  it('names the processes that hold a lease, and what each of them holds', async () => {
    const store = await open()
    const held = await putJob(store, aJob({}, NOW, 'gone.1'))
    const other = await putJob(store, aJob({}, NOW, 'me.1'))
    await putJob(store, aJob())
    const { delivery } = await putDelivery(store)
    const sending = startSending(delivery, 'zombie.2')
    await put(store, { write: 'updateDelivery', delivery: sending })
    const running = startJob(await putJob(store, aJob()), 'gone.2', NOW)
    await put(store, { write: 'updateJob', job: running })
    expect((await store.workers.leaseHolders()).sort()).toEqual(['gone', 'me', 'zombie'])
    const { jobs, deliveries } = await store.workers.leasedBy('gone', 10)
    expect(jobs).toHaveLength(2)
    expect(jobs).toEqual(expect.arrayContaining([held, running]))
    expect(deliveries).toEqual([])
    expect((await store.workers.leasedBy('gone', 1)).jobs).toHaveLength(1)
    expect(await store.workers.leasedBy('me', 10)).toEqual({ jobs: [other], deliveries: [] })
    expect(await store.workers.leasedBy('zombie', 10)).toEqual({ jobs: [], deliveries: [sending] })
    expect(await store.workers.leasedBy('nobody', 10)).toEqual({ jobs: [], deliveries: [] })
  })

  it('takes no more jobs of a lane than leave so many running, whoever runs them', async () => {
    const store = await open()
    for (let n = 0; n < 5; n++) await putJob(store, aJob())
    const claim = (mostRunning: number) => store.lanes.claimJobs(jobClaim({ limit: 4, mostRunning }))
    expect((await claim(2)).taken).toHaveLength(2)
    expect(await claim(2)).toMatchObject({ taken: [], nextDueAt: NOW })
    expect((await claim(3)).taken).toHaveLength(1)
  })

  it('takes no more deliveries of a lane than leave so many being sent, whoever sends them', async () => {
    const store = await open()
    for (let n = 0; n < 5; n++) await putDelivery(store)
    const claim = (mostSending: number) => store.lanes.claimDeliveries({ lane: LANE, limit: 4, now: NOW, worker: 'w', mostSending })
    expect((await claim(2)).taken).toHaveLength(2)
    expect(await store.lanes.countSending(LANE)).toBe(2)
    expect((await claim(2)).taken).toEqual([])
    expect((await claim(3)).taken).toHaveLength(1)
  })
}
