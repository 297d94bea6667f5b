/** PostgreSQL through PgBouncer in transaction mode: each transaction may run in another session. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startJob } from '../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import { type Store, StoreUnavailable } from '../../src/ports/store.ts'
import { skipsWithoutPgBouncer, startPgBouncer, type TestPgBouncer } from '../support/pgbouncer.ts'
import { skipsWithoutPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { withStranger } from './races/open-store.ts'
import { readBeside } from './read-beside.ts'
import { aJob, anEvent, NOW, put, putJob } from './records.ts'
import { openStoreAt } from './with-postgres.ts'

const skips = skipsWithoutPostgres('the store behind PgBouncer') || skipsWithoutPgBouncer('the store behind PgBouncer')

describe.skipIf(skips)('through a pooler', () => {
  let server: TestPostgres
  let pooler: TestPgBouncer
  beforeAll(async () => {
    server = await startPostgres()
    pooler = await startPgBouncer(await server.database())
  })
  afterAll(async () => {
    await pooler.close()
    await server.close()
  })

  /** On one database. */
  async function stores(count: number): Promise<{ url: string; open: Store[] }> {
    const url = await server.database()
    const open: Store[] = []
    for (let n = 0; n < count; n++) open.push(await openStoreAt(pooler.through(url), { prepare: false }))
    return { url, open }
  }

  it('it is refused in one line unless nothing is to be kept on a connection', async () => {
    const url = pooler.through(await server.database())
    await expect(openStoreAt(url)).rejects.toThrow(/through a pooler.*DATABASE_PREPARE=0$/)
  })

  it('claims of two processes stay within their limit and take no job twice', async () => {
    const { open } = await stores(2)
    const [first] = open
    if (first === undefined) throw new Error('there are two')
    await Promise.all(Array.from({ length: 30 }, () => putJob(first, aJob())))
    const claim = { lane: DEFAULT_TENANT_ID, limit: 4, now: NOW, exceptTypes: [], mostRunning: 10 }
    const turns = Array.from({ length: 16 }, (_, n) => open[n % 2]?.lanes.claimJobs({ ...claim, worker: `w${n}` }))
    const taken = (await Promise.all(turns)).flatMap((one) => one?.taken.map(({ job }) => job.id) ?? [])
    expect(new Set(taken).size).toBe(10)
    expect(taken).toHaveLength(10)
  })

  it('groups are written whole, and readers of the feed go past no event', async () => {
    const { open } = await stores(2)
    const [writer, reader] = open
    if (writer === undefined || reader === undefined) throw new Error('there are two')
    const written = Promise.all(
      Array.from({ length: 120 }, async () => {
        const job = await putJob(writer, aJob())
        await put(writer, { write: 'updateJob', job: startJob(job, 'w.2', NOW) }, { write: 'insertEvent', event: anEvent(job) })
      }),
    )
    const seen = await readBeside(reader, written)
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
  })

  it('our settings hold in our transactions, and in nobody else’s', async () => {
    const { url, open } = await stores(1)
    const [store] = open
    if (store === undefined) throw new Error('there is one')
    const job = await putJob(store, aJob())
    await withStranger(url, async (stranger) => {
      await stranger.query('BEGIN')
      await stranger.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [job.id])
      const blocked = store.commit([{ write: 'updateJob', job: startJob(job, 'w.2', NOW) }]).catch((error: unknown) => error)
      expect(await blocked).toEqual(expect.any(StoreUnavailable))
      await stranger.query('ROLLBACK')
    })
    await withStranger(pooler.through(url), async (other) => {
      const settings = `SELECT current_setting('lock_timeout') AS wait, current_setting('enable_seqscan') AS scans`
      for (let n = 0; n < 10; n++) expect((await other.query(settings)).rows).toEqual([{ wait: '0', scans: 'on' }])
    })
  })
})
