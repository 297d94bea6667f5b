/** Two processes on one database at the moments that matter, held there by the locks of another program. */
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { cancelPending, startJob } from '../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import { aDelivery, aJob, anEvent, bytesOf, NOW, put, putJob } from './records.ts'
import { describeWithPostgres, openStoreAt, postgresOfFile } from './with-postgres.ts'

/** A connection of another program. */
async function stranger(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** Settles when a connection of ours waits for somebody's lock. */
async function untilBlocked(client: Client): Promise<void> {
  const blocked = `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'ringback%' AND wait_event_type = 'Lock'
    AND datname = current_database()`
  while ((await client.query(blocked)).rowCount === 0);
}

describeWithPostgres('processes on one PostgreSQL database', () => {
  const server = postgresOfFile()

  it('start the retention of a job with its last delivery, while another process has the one before under way', async () => {
    const url = await server().database()
    const store = await openStoreAt(url)
    const other = await stranger(url)
    const job = aJob()
    const event = anEvent(job)
    const [first, last] = [aDelivery(event), aDelivery(event)]
    await put(
      store,
      { write: 'insertJob', job, payload: bytesOf('1') },
      { write: 'updateJob', job: cancelPending(job, NOW) },
      { write: 'insertEvent', event },
      ...[first, last].map((delivery) => ({ write: 'insertDelivery' as const, delivery })),
    )
    await other.query('BEGIN')
    await other.query(`UPDATE deliveries SET status = 'delivered', version = 2 WHERE id = $1`, [first.id])
    await other.query('SELECT 1 FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [job.id])
    const { dueAt: _due, lease: _lease, ...core } = last
    const ended = store.commit([
      { write: 'updateDelivery', delivery: { ...core, status: 'delivered', finishedAt: NOW, version: 2 } },
      { write: 'settleJob', jobId: job.id, at: NOW },
    ])
    await Promise.race([untilBlocked(await stranger(url)), ended])
    await other.query('COMMIT')
    expect(await ended).toBe(true)
    expect((await store.jobs.view(job.id))?.settledAt).toBe(NOW)
  })

  it('show no event while one before it is on its way, and both in their order when it has arrived', async () => {
    const url = await server().database()
    const [writer, reader] = [await openStoreAt(url), await openStoreAt(url)]
    const other = await stranger(url)
    const [free, locked] = [await putJob(writer, aJob()), await putJob(writer, aJob())]
    await other.query('BEGIN')
    await other.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [locked.id])
    const [first, second] = [anEvent(free), anEvent(free)]
    const held = writer.commit([
      { write: 'updateJob', job: startJob(free, 'w.2', NOW) },
      { write: 'insertEvent', event: first },
      { write: 'updateJob', job: startJob(locked, 'w.2', NOW) },
    ])
    await untilBlocked(await stranger(url))
    await put(reader, { write: 'insertEvent', event: second })
    const feed = () => reader.events.feed({ tenantId: null, after: 0, limit: 9, types: null })
    expect((await feed()).events).toEqual([])
    expect(await reader.events.last(null)).toBeNull()
    expect((await reader.events.position(second.id))?.position).toBe(0)
    await other.query('ROLLBACK')
    expect(await held).toBe(true)
    expect((await feed()).events).toEqual([first, second])
  })

  it('show events at once beside a transaction of another program, however long that lasts', async () => {
    const url = await server().database()
    const store = await openStoreAt(url)
    const other = await stranger(url)
    await other.query('BEGIN')
    await other.query(`INSERT INTO meta (key, value) VALUES ('stranger', '')`)
    const event = anEvent(aJob())
    await put(store, { write: 'insertEvent', event })
    expect((await store.events.feed({ tenantId: null, after: 0, limit: 9, types: null })).events).toEqual([event])
  })

  it('take nothing of a lane at which another process has its turn, and say that it is due', async () => {
    const url = await server().database()
    const store = await openStoreAt(url)
    const other = await stranger(url)
    await putJob(store, aJob())
    const claim = () => store.lanes.claimJobs({ lane: DEFAULT_TENANT_ID, limit: 4, now: NOW, worker: 'w', exceptTypes: [] })
    await other.query('BEGIN')
    await other.query('SELECT pg_advisory_xact_lock(21075, hashtext($1))', [DEFAULT_TENANT_ID])
    expect(await claim()).toMatchObject({ taken: [], nextDueAt: NOW })
    await other.query('COMMIT')
    expect((await claim()).taken).toHaveLength(1)
  })

  it('pass over a job that somebody is changing, and take the others', async () => {
    const url = await server().database()
    const store = await openStoreAt(url)
    const other = await stranger(url)
    const [changing, free] = [await putJob(store, aJob()), await putJob(store, aJob())]
    await other.query('BEGIN')
    await other.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [changing.id])
    const { taken } = await store.lanes.claimJobs({ lane: DEFAULT_TENANT_ID, limit: 4, now: NOW, worker: 'w', exceptTypes: [] })
    expect(taken.map(({ job }) => job.id)).toEqual([free.id])
  })
})
