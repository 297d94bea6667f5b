import { startJob } from '../../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import type { Change } from '../../../src/ports/change.ts'
import type { Store } from '../../../src/ports/store.ts'
import { startPostgresProxy } from '../../support/postgres-proxy.ts'
import { aJob, anEvent, bytesOf, NOW, putJob } from '../records.ts'
import { withStore, withStranger } from './open-store.ts'

/** A change, and in which request and answer its commit lies. */
interface Case {
  name: string
  change(store: Store): Promise<{ change: Change; id: string }>
  request: string
  reply: string
}

const IN_COMMIT = { request: 'COMMIT\0', reply: 'COMMIT\0' }
const IN_INSERT = { request: 'INSERT INTO jobs', reply: 'INSERT 0 1\0' }

const insertion = (): { change: Change; id: string } => {
  const job = aJob()
  return { change: [{ write: 'insertJob', job, payload: bytesOf('1') }], id: job.id }
}

const CASES: readonly Case[] = [
  { name: 'a new job', change: async () => insertion(), ...IN_INSERT },
  {
    name: 'a new job with a key',
    async change() {
      const { change, id } = insertion()
      const key = { write: 'insertIdempotencyKey' as const, tenantId: DEFAULT_TENANT_ID, key: id, bodyHash: bytesOf('h'), jobId: id }
      return { change: [key, ...change], id }
    },
    ...IN_COMMIT,
  },
  {
    name: 'a guarded step',
    async change(store) {
      const job = await putJob(store, aJob())
      return { change: [{ write: 'updateJob', job: startJob(job, 'w.2', NOW) }], id: job.id }
    },
    ...IN_COMMIT,
  },
  {
    name: 'a guarded step with an event',
    async change(store) {
      const job = await putJob(store, aJob())
      return {
        change: [
          { write: 'updateJob', job: startJob(job, 'w.2', NOW) },
          { write: 'insertEvent', event: anEvent(job) },
        ],
        id: job.id,
      }
    },
    ...IN_COMMIT,
  },
  {
    name: 'two guarded steps',
    async change(store) {
      const [job, other] = [await putJob(store, aJob()), await putJob(store, aJob())]
      return {
        change: [
          { write: 'updateJob', job: startJob(job, 'w.2', NOW) },
          { write: 'updateJob', job: startJob(other, 'w.2', NOW) },
        ],
        id: job.id,
      }
    },
    ...IN_COMMIT,
  },
]

/** Of a job: its version, and how many there are. */
const FOUND = 'SELECT max(version)::int AS version, count(*)::int AS n FROM jobs WHERE id = $1'

/** Each change with its connection cut before its commit, and again before the answer to it: tells which is answered wrongly. */
export async function cutCommits(url: string): Promise<string[]> {
  const proxy = await startPostgresProxy(url)
  const breaches: string[] = []
  try {
    for (const cut of ['before the commit', 'before the answer'] as const) {
      for (const { name, change: changeIn, request, reply } of CASES) {
        const { change, id } = await withStore(url, changeIn)
        const cutsBefore = proxy.cuts
        const answer = await withStore(
          proxy.through(url),
          (store) => {
            if (cut === 'before the commit') proxy.cutRequests(request, 1)
            else proxy.cutReplies(reply, 1)
            return store.commit(change).catch((error: Error) => error.message)
          },
          { prepare: false },
        )
        const [found] = await withStranger(url, async (client) => (await client.query(FOUND, [id])).rows)
        const version = change.some(({ write }) => write === 'insertJob') ? 1 : 2
        if (proxy.cuts !== cutsBefore + 1) breaches.push(`${name}: it was not cut`)
        if (answer !== true) breaches.push(`${name}, cut ${cut}: the answer was ${answer}`)
        if (found.n !== 1 || found.version !== version)
          breaches.push(`${name}, cut ${cut}: there are ${found.n} of version ${found.version}`)
      }
    }
    return breaches
  } finally {
    await proxy.close()
  }
}
