/** What many processes on one database promise, with two stores in the place of two processes. */
import { expect, it } from 'vitest'
import { type PendingDelivery, startSending } from '../../src/domain/delivery.ts'
import { cancelPending, startJob } from '../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import type { Store } from '../../src/ports/store.ts'
import { RACES } from './races/races.ts'
import { readBeside } from './read-beside.ts'
import { aDelivery, aJob, anEvent, aTenant, bytesOf, NOW, put, putDelivery, putJob } from './records.ts'
import { describeWithPostgres, openStoreAt, postgresOfFile } from './with-postgres.ts'

const LANE = 'tnt_default https://partner.example'

describeWithPostgres('two processes on one PostgreSQL database', () => {
  const server = postgresOfFile()

  async function two(): Promise<[Store, Store]> {
    const url = await server().database()
    return [await openStoreAt(url), await openStoreAt(url)]
  }

  it.each(Object.entries(RACES))('break no promise in the race %s', async (_name, race) => {
    expect(await race(await server().database())).toEqual([])
  })

  it('make one installation of an empty database, however many come at once', async () => {
    const url = await server().database()
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStoreAt(url)))
    const ids = await Promise.all(stores.map((store) => store.installation()))
    expect(new Set(ids).size).toBe(1)
    expect(await server().ask(url, `SELECT count(*)::int AS n FROM tenants`)).toEqual([{ n: 1 }])
  })

  it('see at once what the other has committed', async () => {
    const [one, other] = await two()
    for (let n = 0; n < 30; n++) {
      const job = await putJob(one, aJob())
      expect(await other.jobs.find(job.id)).toEqual(job)
    }
  })

  it('let one of many racing updates of a version win', async () => {
    const stores = await two()
    for (let round = 0; round < 10; round++) {
      const job = await putJob(stores[0], aJob())
      const racers = Array.from({ length: 10 }, (_, n) =>
        stores[n % 2 === 0 ? 0 : 1].commit([{ write: 'updateJob', job: startJob(job, `w${n}.2`, NOW) }]),
      )
      expect((await Promise.all(racers)).filter(Boolean)).toHaveLength(1)
    }
  })

  it('never deadlock for long over changes that touch the same records in any order, and write each whole or not at all', async () => {
    const stores = await two()
    const jobs = await Promise.all(Array.from({ length: 8 }, () => putJob(stores[0], aJob())))
    const changes = Array.from({ length: 200 }, (_, n) => {
      const tenant = aTenant(`of change ${n}`)
      const start = (job: (typeof jobs)[number] | undefined) => startJob(job ?? aJob(), `w${n}.2`, NOW)
      const guards = [jobs[(n * 3) % 8], jobs[(n * 5 + 1) % 8]].map((job) => ({ write: 'updateJob' as const, job: start(job) }))
      const chosen = n % 3 === 0 ? guards : guards.slice(0, 1)
      return { tenant, change: [...chosen, { write: 'insertTenant' as const, tenant }] }
    })
    const answers = await Promise.all(changes.map(({ change }, n) => stores[n % 2 === 0 ? 0 : 1].commit(change)))
    for (const [n, { tenant }] of changes.entries()) expect((await stores[0].tenants.find(tenant.id)) !== null).toBe(answers[n])
    expect(answers.filter(Boolean).length).toBeGreaterThan(0)
  })

  it('accept one of two twins with the same idempotency key', async () => {
    const stores = await two()
    for (let round = 0; round < 10; round++) {
      const twins = stores.map((store) => {
        const job = aJob()
        const key = { write: 'insertIdempotencyKey' as const, tenantId: DEFAULT_TENANT_ID, key: `k${round}`, bodyHash: bytesOf('h') }
        return store.commit([
          { ...key, jobId: job.id },
          { write: 'insertJob', job, payload: bytesOf('1') },
        ])
      })
      expect((await Promise.all(twins)).filter(Boolean)).toHaveLength(1)
    }
  })

  it('never claim a job twice, nor more of a lane than may run in all processes together', async () => {
    const stores = await two()
    await Promise.all(Array.from({ length: 40 }, () => putJob(stores[0], aJob())))
    const claimed: string[] = []
    const claimer = async (store: Store, worker: string) => {
      for (let n = 0; n < 8; n++) {
        const { taken } = await store.lanes.claimJobs({
          ...{ lane: DEFAULT_TENANT_ID, limit: 4, now: NOW, worker, exceptTypes: [], mostRunning: 10 },
        })
        claimed.push(...taken.map(({ job }) => job.id))
      }
    }
    await Promise.all([0, 1, 2, 3].flatMap((n) => stores.map((store, at) => claimer(store, `w${n}${at}`))))
    expect(new Set(claimed).size).toBe(claimed.length)
    expect(claimed).toHaveLength(10)
    expect(await stores[0].tenants.countJobs(DEFAULT_TENANT_ID, 'running', 100)).toBe(10)
  })

  it('never send more to a destination than its limit, in all processes together', async () => {
    const stores = await two()
    for (let n = 0; n < 20; n++) await putDelivery(stores[0])
    const claim = (store: Store, worker: string) => store.lanes.claimDeliveries({ lane: LANE, limit: 3, now: NOW, worker, mostSending: 7 })
    const turns = Array.from({ length: 12 }, (_, n) => stores.map((store, at) => claim(store, `w${n}${at}`)))
    const taken = (await Promise.all(turns.flat())).flatMap((one) => one.taken.map(({ delivery }) => delivery.id))
    expect(new Set(taken).size).toBe(7)
    expect(taken).toHaveLength(7)
    expect(await stores[1].lanes.countSending(LANE)).toBe(7)
  })

  it('start the retention of a job when its last two deliveries end at the same time', async () => {
    const stores = await two()
    for (let round = 0; round < 15; round++) {
      const job = aJob()
      const event = anEvent(job)
      const deliveries = [aDelivery(event), aDelivery(event)] as const
      await put(
        stores[0],
        { write: 'insertJob', job, payload: bytesOf('1') },
        { write: 'updateJob', job: cancelPending(job, NOW) },
        { write: 'insertEvent', event },
        ...deliveries.map((delivery) => ({ write: 'insertDelivery' as const, delivery })),
      )
      const end = (store: Store, { dueAt: _due, lease: _lease, ...core }: PendingDelivery) =>
        store.commit([
          { write: 'updateDelivery', delivery: { ...core, status: 'delivered', finishedAt: NOW, version: core.version + 1 } },
          { write: 'settleJob', jobId: job.id, at: NOW },
        ])
      expect(await Promise.all([end(stores[0], deliveries[0]), end(stores[1], deliveries[1])])).toEqual([true, true])
      expect((await stores[0].jobs.view(job.id))?.settledAt).toBe(NOW)
    }
  })

  it('keep a delivery that one replays while the other purges its job, or purge both', async () => {
    const stores = await two()
    for (let round = 0; round < 15; round++) {
      const job = aJob()
      const event = anEvent(job)
      const delivery = aDelivery(event)
      const { dueAt: _due, lease: _lease, ...core } = delivery
      await put(
        stores[0],
        { write: 'insertJob', job, payload: bytesOf('1') },
        { write: 'updateJob', job: cancelPending(job, NOW) },
        { write: 'insertEvent', event },
        { write: 'insertDelivery', delivery },
        { write: 'updateDelivery', delivery: { ...core, status: 'delivered', finishedAt: NOW, version: 2 } },
        { write: 'settleJob', jobId: job.id, at: NOW },
      )
      const [replayed, purged] = await Promise.all([
        stores[0].commit([
          { write: 'updateDelivery', delivery: { ...delivery, version: 3 } },
          { write: 'unsettleJob', jobId: job.id },
        ]),
        stores[1].commit([{ write: 'purgeJob', jobId: job.id, settledBefore: NOW, goneUntil: NOW }]),
      ])
      expect([replayed, purged].filter(Boolean)).toHaveLength(1)
      expect((await stores[0].deliveries.find(delivery.id)) !== null).toBe(replayed)
      expect((await stores[0].jobs.find(job.id)) !== null).toBe(replayed)
    }
  })

  it('show no event before one that was read, whoever writes and however long a transaction of another program lasts', async () => {
    const [one, other] = await two()
    const total = 240
    let begun = 0
    const writer = async (store: Store) => {
      while (begun < total) {
        begun += 2
        const events = [anEvent(aJob()), anEvent(aJob())]
        await put(store, ...events.map((event) => ({ write: 'insertEvent' as const, event })))
      }
    }
    const seen = await readBeside(other, Promise.all([one, other, one, other, one, other].map(writer)))
    const all = await one.events.feed({ tenantId: null, after: 0, limit: 10_000, types: null })
    expect(seen).toEqual(all.events.map(({ id }) => id))
    expect(seen.length).toBeGreaterThanOrEqual(total)
  })

  it('keep the order of the changes of one record, though nobody waits for the first', async () => {
    const [store] = await two()
    for (let round = 0; round < 20; round++) {
      const { delivery } = await putDelivery(store)
      const sending = startSending(delivery, 'w.2')
      const { dueAt: _due, lease: _lease, ...core } = sending
      const answers = await Promise.all([
        store.commit([{ write: 'updateDelivery', delivery: sending }]),
        store.commit([{ write: 'updateDelivery', delivery: { ...core, status: 'delivered', finishedAt: NOW, version: 3 } }]),
      ])
      expect(answers).toEqual([true, true])
    }
  })
})
