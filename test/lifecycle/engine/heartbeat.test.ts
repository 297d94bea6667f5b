import { describe, expect, it } from 'vitest'
import { destinationOf } from '../../../src/domain/destination.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { startMaintenance } from '../../../src/lifecycle/engine/maintenance.ts'
import { startWork, type Work } from '../../../src/lifecycle/engine/work.ts'
import { cancelJob } from '../../../src/lifecycle/jobs/cancel-job.ts'
import { waitForJob } from '../../../src/lifecycle/jobs/wait-for-job.ts'
import type { Bus, BusMessage } from '../../../src/ports/bus.ts'
import type { Store } from '../../../src/ports/store.ts'
import { StoreUnavailable } from '../../../src/ports/store.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, ok, type TestWorld, type TestWorldOptions, testWorld } from '../../support/world.ts'

/** The lane of `hook`. */
const partner = destinationOf(DEFAULT_TENANT_ID, hook.url)

/** A worker whose row stands still is gone after this at the latest, with its jobs taken back. */
const GONE_MS = 10_000

/** Processes over one store, one clock and (unless they are lost) each other's messages. */
async function installation(options: TestWorldOptions & { messagesAreLost?: boolean } = {}) {
  const subscribers: { own: number; hear: (message: BusMessage) => void }[] = []
  const worlds: TestWorld[] = []
  const works = new Map<TestWorld, Work>()
  async function join(): Promise<TestWorld> {
    const own = worlds.length
    const bus: Bus = {
      publish(message) {
        if (!options.messagesAreLost) for (const one of subscribers) if (one.own !== own) one.hear(message)
      },
      subscribe(hear) {
        subscribers.push({ own, hear })
        return () => {}
      },
    }
    const [first] = worlds
    const world = await testWorld({ ...options, bus, ...(first ? { store: first.disk, clock: first.clock } : {}) })
    worlds.push(world)
    return world
  }
  const api = await join()
  await startMaintenance(api)
  return {
    api,
    async worker(prepare = (_world: TestWorld) => {}): Promise<TestWorld> {
      const world = await join()
      prepare(world)
      works.set(world, await startWork(world))
      return world
    },
    stop: async (worker: TestWorld) => works.get(worker)?.stop(10_000),
    /** Wake-ups cross processes in Redis; here the sweep of each does. */
    async wake(kind: 'job' | 'delivery') {
      for (const world of worlds) for (const { lane, dueAt } of await world.disk.lanes.waiting(kind)) world.queue.wake(kind, lane, dueAt)
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

const statusOf = async (store: Store, id: string) => (await store.jobs.find(id))?.status
const forEver = () => new Promise<typeof ok>(() => {})

/** It is frozen: nothing it does reaches anybody until the answer is called. */
function freeze(world: TestWorld): () => void {
  const { commit } = world.store
  const { claimJobs, claimDeliveries } = world.store.lanes
  const thawed = Promise.withResolvers<void>()
  world.store.commit = async (change) => (await thawed.promise, commit(change))
  world.store.lanes.claimJobs = async (claim) => (await thawed.promise, claimJobs(claim))
  world.store.lanes.claimDeliveries = async (claim) => (await thawed.promise, claimDeliveries(claim))
  return () => {
    world.store.commit = commit
    Object.assign(world.store.lanes, { claimJobs, claimDeliveries })
    thawed.resolve()
  }
}

describe('several processes', () => {
  it('take up the job of a worker that is gone, and nothing of what it does later counts', async () => {
    const ends: ((outcome: typeof ok) => void)[] = []
    await using all = await installation({ handlers: { noop: () => new Promise((resolve) => ends.push(resolve)) } })
    const first = await all.worker()
    const id = await all.api.submit()
    await all.wake('job')
    await until('the first one runs it', () => ends.length === 1)
    const thaw = freeze(first)
    const second = await all.worker()
    await all.api.clock.push(GONE_MS)
    await all.wake('job')
    await until('the second one runs it', () => ends.length === 2)
    expect(await all.api.disk.jobs.find(id)).toMatchObject({
      status: 'running',
      attempt: 2,
      lease: expect.stringContaining(second.identity.current()),
    })

    const before = first.identity.current()
    ends[0]?.({ kind: 'completed', result: { kind: 'json', bytes: Buffer.from('"stale"') } })
    thaw()
    await all.api.clock.push(4_000)
    expect(first.identity.current()).not.toBe(before)
    expect(await statusOf(all.api.disk, id)).toBe('running')
    ends[1]?.(ok)
    await until('it completed', async () => (await statusOf(all.api.disk, id)) === 'completed')
    expect(Buffer.from((await all.api.disk.jobs.result(id, null))?.bytes ?? []).toString()).toBe('{"ok":true}')
  })

  it('take nothing while they may have been declared dead', async () => {
    await using all = await installation()
    const worker = await all.worker()
    const { commit } = worker.store
    const thawed = Promise.withResolvers<void>()
    worker.store.commit = async (change) => (await thawed.promise, commit(change))
    await all.api.clock.push(GONE_MS)
    const id = await all.api.submit()
    await all.wake('job')
    await all.api.clock.push(1_000)
    expect(await all.api.disk.jobs.find(id)).toMatchObject({ status: 'pending', attempt: 0, lease: null })

    thawed.resolve()
    await all.api.clock.push(4_000)
    expect(await all.api.disk.jobs.find(id)).toMatchObject({ status: 'completed', attempt: 1 })
  })

  it('join as soon as the owner of the data folder is back, when it is away as they start', async () => {
    await using all = await installation()
    let away = true
    const joining = all.worker(({ store }) => {
      const { commit } = store
      store.commit = async (change) => {
        if (away) throw new StoreUnavailable('unreachable', 'the owner is away')
        return commit(change)
      }
    })
    await all.api.clock.push(2_000)
    away = false
    await all.api.clock.push(1_000)
    await joining
    const id = await all.api.submit()
    await all.wake('job')
    await until('it completed', async () => (await statusOf(all.api.disk, id)) === 'completed')
  })

  it('stop in order although the owner of the data folder is away', async () => {
    await using all = await installation()
    const worker = await all.worker()
    worker.store.commit = async () => {
      throw new StoreUnavailable('unreachable', 'the owner is away')
    }
    await all.stop(worker)
    expect(worker.complaints.at(-1)?.message).toMatch(/could not be informed/)
  })

  it('leave a worker alone that renews its row, however long its job takes', async () => {
    await using all = await installation({ handlers: { noop: forEver } })
    await all.worker()
    const id = await all.api.submit()
    await all.wake('job')
    await until('it runs', async () => (await statusOf(all.api.disk, id)) === 'running')
    await all.api.clock.push(120_000)
    expect(await all.api.disk.jobs.find(id)).toMatchObject({ status: 'running', attempt: 1 })
    expect(all.api.workerCount.current()).toBe(1)
  })

  it.each([
    ['by its notice', false],
    ['at its next beat when the notice is lost', true],
  ])('cancel a job where it runs, %s', async (_, messagesAreLost) => {
    const stopped: boolean[] = []
    const handler = (_run: unknown, signal: AbortSignal) =>
      new Promise<typeof ok>((resolve) => signal.addEventListener('abort', () => (stopped.push(true), resolve(ok))))
    await using all = await installation({ handlers: { noop: handler }, messagesAreLost })
    await all.worker()
    const id = await all.api.submit()
    await all.wake('job')
    await until('it runs', async () => (await statusOf(all.api.disk, id)) === 'running')
    const { canceled } = await cancelJob(all.api, { tenantId: DEFAULT_TENANT_ID }, id)
    expect(canceled).toBe(false)
    if (messagesAreLost) await all.api.clock.push(3_000)
    await until('it is canceled', async () => (await statusOf(all.api.disk, id)) === 'canceled')
    expect(stopped).toEqual([true])
  })

  it.each([
    ['at once', false],
    ['some seconds later when the notice is lost', true],
  ])('answer who waits here for a job that ends there, %s', async (_, messagesAreLost) => {
    await using all = await installation({ messagesAreLost })
    const id = await all.api.submit()
    const wait = {
      ms: 60_000,
      signal: new AbortController().signal,
      until: (view: { job: { status: string } }) => view.job.status === 'completed',
    }
    let answer = ''
    void waitForJob(all.api, { tenantId: DEFAULT_TENANT_ID }, id, wait).then(({ job }) => (answer = job.status))
    await all.worker()
    await all.wake('job')
    await until('it completed', async () => (await statusOf(all.api.disk, id)) === 'completed')
    if (messagesAreLost) await all.api.clock.push(5_000)
    await until('the answer', () => answer)
    expect(answer).toBe('completed')
  })

  it('answer who waits here when a job begins there', async () => {
    await using all = await installation({ handlers: { noop: forEver } })
    const id = await all.api.submit()
    const wait = {
      ms: 60_000,
      signal: new AbortController().signal,
      until: (view: { job: { status: string } }) => view.job.status === 'running',
    }
    let answer = ''
    void waitForJob(all.api, { tenantId: DEFAULT_TENANT_ID }, id, wait).then(({ job }) => (answer = job.status))
    await all.worker()
    await all.wake('job')
    await until('the answer', () => answer)
    expect(answer).toBe('running')
  })

  it('hand back what the lost answer of a claim had taken', async () => {
    await using all = await installation()
    const worker = await all.worker()
    const id = await all.api.submit()
    const { claimJobs } = worker.store.lanes
    worker.store.lanes.claimJobs = async (claim) => {
      await claimJobs(claim)
      worker.store.lanes.claimJobs = claimJobs
      throw new StoreUnavailable('unreachable', 'the owner is away')
    }
    await all.wake('job')
    await until('it is held by a worker that does not know', async () => (await statusOf(all.api.disk, id)) === 'running')
    await all.api.clock.push(7_000)
    await until('it completed', async () => (await statusOf(all.api.disk, id)) === 'completed')
    expect((await all.api.disk.jobs.find(id))?.attempt).toBe(1)
  })

  it('keep the tenant’s limit of running jobs together', async () => {
    await using all = await installation({ handlers: { noop: forEver } })
    const tenant = await all.api.disk.tenants.find(DEFAULT_TENANT_ID)
    if (!tenant) throw new Error('no tenant')
    await all.api.disk.commit([{ write: 'updateTenant', tenant: { ...tenant, limits: { running_jobs: 3 }, version: tenant.version + 1 } }])
    await all.worker()
    await all.worker()
    for (let n = 0; n < 8; n++) await all.api.submit()
    for (let n = 0; n < 5; n++) {
      await all.wake('job')
      await all.api.clock.push(600)
    }
    expect(await all.api.disk.tenants.countJobs(DEFAULT_TENANT_ID, 'running', 100)).toBe(3)
  })

  it('keep the limit of a destination together', async () => {
    await using all = await installation({ destinations: { ceiling: 4 } })
    const workers = [await all.worker(), await all.worker()]
    for (const worker of workers) worker.answer = () => new Promise(() => {})
    for (let n = 0; n < 12; n++) await all.api.submit({ callback: hook })
    for (let n = 0; n < 5; n++) {
      await all.wake('job')
      await all.wake('delivery')
      await all.api.clock.push(600)
    }
    const inFlight = workers.reduce((sum, worker) => sum + worker.sent.length, 0)
    expect(inFlight).toBe(4)
    expect(await all.api.disk.lanes.countSending(partner)).toBe(4)
  })

  it('keep the breaker of a destination together: opened by one it holds the other back, and one probe goes out of all', async () => {
    await using all = await installation({
      settings: { callback: { schedule: [300_000], jitter: 0 } },
      destinations: { firstPauseMs: 10_000 },
    })
    const first = await all.worker()
    first.answer = () => answered(503)
    for (let n = 0; n < 5; n++) await all.api.submit({ callback: hook })
    await all.wake('job')
    await until('the first one has opened it', async () => {
      await all.wake('delivery')
      return (await all.api.destinations.get(partner)).openUntil !== null
    })
    expect(first.sent).toHaveLength(5)

    const second = await all.worker()
    const probes: (() => void)[] = []
    for (const worker of [first, second]) {
      worker.answer = () => new Promise((resolve) => probes.push(() => resolve(answered(200))))
    }
    for (let n = 0; n < 8; n++) await all.api.submit({ callback: hook })
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        await all.wake('job')
        await all.wake('delivery')
        await all.api.clock.push(500)
      }
    }
    await pass(7_000)
    expect(await all.api.disk.tenants.countJobs(DEFAULT_TENANT_ID, 'pending', 100)).toBe(0)
    expect(probes).toHaveLength(0)
    await pass(6_000)
    expect(probes).toHaveLength(1)

    probes[0]?.()
    await until('it is closed', async () => (await all.api.destinations.get(partner)).openUntil === null)
    await pass(1_000)
    expect(probes.length).toBeGreaterThan(1)
  })

  it('send each callback once', async () => {
    await using all = await installation()
    const workers = [await all.worker(), await all.worker()]
    for (const worker of workers) worker.answer = () => answered(200)
    for (let n = 0; n < 20; n++) await all.api.submit({ callback: hook })
    for (let n = 0; n < 10; n++) {
      await all.wake('job')
      await all.wake('delivery')
      await all.api.clock.push(600)
    }
    const ids = workers.flatMap((worker) => worker.sent.map(({ headers }) => headers['webhook-id']))
    expect(new Set(ids).size).toBe(20)
    expect(ids).toHaveLength(20)
  })
})
