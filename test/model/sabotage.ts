/** Builds that break a promise on purpose: the model must see each of them, or its silence means nothing. */
import type { Context } from '../../src/lifecycle/process/context.ts'
import type { Change, Write } from '../../src/ports/change.ts'
import type { Store } from '../../src/ports/store.ts'
import type { ModelDatabase } from './database.ts'

export interface Sabotage {
  /** The store where writes are applied. */
  disk(database: ModelDatabase): Store
  /** The store as one process has it. */
  process(store: Store): Store
  /** What a process remembers. */
  world(world: Context): void
}

export const HONEST: Sabotage = { disk: ({ store }) => store, process: (store) => store, world: () => {} }

export const SABOTAGES = {
  'acknowledges before the commit': { ...HONEST, process: acknowledgingEarly },
  'leaves the delivery out of the commit of a job’s end': { ...HONEST, disk: ({ store }) => withoutDeliveries(store) },
  'commits whatever the version': { ...HONEST, disk: withoutVersions },
  'takes any lease for its own': { ...HONEST, process: withoutFencing },
  'begins new work while outcomes cannot be recorded': { ...HONEST, world: neverPausing },
} satisfies Record<string, Sabotage>

function acknowledgingEarly(store: Store): Store {
  return {
    ...store,
    async commit(change) {
      const written = store.commit(change)
      if (!change.some(({ write }) => write === 'insertJob')) return written
      written.catch(() => {})
      return true
    },
  }
}

function withoutDeliveries(store: Store): Store {
  return { ...store, commit: (change) => store.commit(change.filter(({ write }) => write !== 'insertDelivery')) }
}

function withoutVersions({ store, db }: ModelDatabase): Store {
  const versionOf = {
    jobs: db.prepare<[string], number>('SELECT version FROM jobs WHERE id = ?').pluck(),
    deliveries: db.prepare<[string], number>('SELECT version FROM deliveries WHERE id = ?').pluck(),
  }
  const next = (table: keyof typeof versionOf, id: string) => (versionOf[table].get(id) ?? 0) + 1
  const forced = (write: Write): Write => {
    if (write.write === 'updateJob') return { ...write, job: { ...write.job, version: next('jobs', write.job.id) } }
    if (write.write !== 'updateDelivery') return write
    return { ...write, delivery: { ...write.delivery, version: next('deliveries', write.delivery.id) } }
  }
  return { ...store, commit: (change: Change) => store.commit(change.map(forced)) }
}

/** Whatever lease a running job has, this process reads the one it once held itself. */
function withoutFencing(store: Store): Store {
  const held = new Map<string, string>()
  return {
    ...store,
    async commit(change) {
      for (const write of change) if (write.write === 'updateJob' && write.job.status === 'running') held.set(write.job.id, write.job.lease)
      return store.commit(change)
    },
    lanes: {
      ...store.lanes,
      async claimJobs(claim) {
        const claimed = await store.lanes.claimJobs(claim)
        for (const { job } of claimed.taken) held.set(job.id, job.lease)
        return claimed
      },
    },
    jobs: {
      ...store.jobs,
      async find(id) {
        const job = await store.jobs.find(id)
        const lease = held.get(id)
        return job?.status === 'running' && lease !== undefined ? { ...job, lease } : job
      },
    },
  }
}

function neverPausing({ intakePause }: Context): void {
  intakePause.isPaused = () => false
}
