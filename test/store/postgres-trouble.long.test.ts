/** A PostgreSQL server that is not fit, goes away, or is held up. */
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { PendingJob } from '../../src/domain/job.ts'
import { startJob } from '../../src/domain/job.ts'
import { type Store, StoreUnavailable } from '../../src/ports/store.ts'
import { openPostgresStore } from '../../src/store/postgres/open.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startPostgresProxy } from '../support/postgres-proxy.ts'
import { ENCRYPTOR } from './open-stores.ts'
import { aJob, bytesOf, NOW, putJob } from './records.ts'
import { describeWithPostgres, openStoreAt } from './with-postgres.ts'

describeWithPostgres('PostgreSQL in trouble', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'on' })
  })
  afterAll(() => server.close())

  const open = async (url: string, options = {}) => {
    const { store } = await openPostgresStore({ url, encryptor: ENCRYPTOR, now: NOW, ...options })
    await store.close()
  }

  it('is refused when it may lose what it has acknowledged, unless that is wanted, and then it says so', async () => {
    const unsafe = await startPostgres({ fsync: 'off' })
    onTestFinished(() => unsafe.close())
    const url = await unsafe.database()
    await expect(open(url)).rejects.toThrow(/fsync = off.*DATABASE_UNSAFE/)
    const store = await openStoreAt(url, { allowUnsafe: true })
    expect((await store.health()).details).toMatchObject({ postgres: expect.any(String), unsafe: 'fsync = off' })
  })

  it('is asked for synchronous commits when its default is another', async () => {
    const url = await server.database()
    await server.ask(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`)
    const store = await openStoreAt(url, { allowUnsafe: false })
    expect((await store.health()).details).toMatchObject({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      encoding: 'UTF8',
    })
  })

  it('is refused when it takes no writes, has another encoding, a newer schema or another master key', async () => {
    const readOnly = await server.database()
    await server.ask(readOnly, `ALTER DATABASE ${new URL(readOnly).pathname.slice(1)} SET default_transaction_read_only = on`)
    await expect(open(readOnly)).rejects.toThrow('takes no writes')

    const latin = await server.database()
    await server.ask(latin, `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`)
    await expect(open(latin.replace(/[^/]+$/, 'latin'))).rejects.toThrow('encoding LATIN1')

    const url = await server.database()
    await open(url)
    await expect(open(url, { encryptor: createEncryptor(new Uint8Array(32).fill(9)) })).rejects.toThrow('MASTER_KEY is not the key')
    await server.ask(url, 'UPDATE ringback_schema SET version = 999')
    await expect(open(url)).rejects.toThrow('the database has schema 999')
    await expect(open(url.replace(/:\d+/, ':1'))).rejects.toThrow('cannot be reached')
  })

  it('loses nothing that was acknowledged when it crashes, and goes on by itself', async () => {
    const store = await openStoreAt(await server.database(), { allowUnsafe: false })
    const acknowledged: PendingJob[] = []
    const refused: unknown[] = []
    let submitting = true
    const submitter = async () => {
      while (submitting) {
        const job = aJob()
        await putJob(store, job).then(
          () => acknowledged.push(job),
          (error: unknown) => refused.push(error),
        )
      }
    }
    const submitters = Promise.all(Array.from({ length: 8 }, submitter))
    for (let crash = 1; crash <= 2; crash++) {
      const before = acknowledged.length
      while (acknowledged.length < before + 200) await new Promise(setImmediate)
      await server.kill()
      await server.start()
    }
    const before = acknowledged.length
    while (acknowledged.length < before + 100) await new Promise(setImmediate)
    submitting = false
    await submitters
    for (const error of refused) expect(error).toMatchObject({ name: 'StoreUnavailable', reason: 'unreachable' })
    const missing: string[] = []
    for (const job of acknowledged) if ((await store.jobs.find(job.id)) === null) missing.push(job.id)
    expect(missing).toEqual([])
    expect(await store.health()).toMatchObject({ ok: true })
  })

  it('is not said to have written, nor not to have, when it is out of reach since a commit was sent', async () => {
    const url = await server.database()
    const proxy = await startPostgresProxy(url)
    onTestFinished(() => proxy.close())
    const store = await openStoreAt(proxy.through(url), { groups: 1 })
    const job = await putJob(store, aJob())
    proxy.refuse()
    proxy.cutReplies('COMMIT\0', 1)
    await expect(start(store, job)).rejects.toMatchObject({ reason: 'unreachable', message: expect.stringContaining('not known') })
    expect(await server.ask(url, 'SELECT status FROM jobs WHERE id = $1', [job.id])).toEqual([{ status: 'running' }])
  })

  it('says that it is away, to reads and writes alike', async () => {
    const own = await startPostgres()
    onTestFinished(() => own.close())
    const store = await openStoreAt(await own.database())
    await own.kill()
    await expect(putJob(store, aJob())).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(store.jobs.find('job_x')).rejects.toMatchObject({ reason: 'unreachable' })
    expect(await store.health()).toMatchObject({ ok: false, reason: expect.any(String) })
  })

  it('holds up only the change whose record a stranger has locked', async () => {
    const url = await server.database()
    const store = await openStoreAt(url)
    const locked = await putJob(store, aJob())
    const stranger = await lockJob(url, locked.id)
    const blocked = start(store, locked)
    const others = Array.from({ length: 20 }, () => store.commit([{ write: 'insertJob', job: aJob(), payload: bytesOf('1') }]))
    expect(await blocked.catch((error: unknown) => error)).toEqual(expect.any(StoreUnavailable))
    expect(await Promise.all(others)).toEqual(Array(20).fill(true))
    await stranger.query('ROLLBACK')
    expect(await start(store, locked)).toBe(true)
  })

  it('keeps texts with a U+0000 in them, with a sign in its place', async () => {
    const store = await openStoreAt(await server.database())
    const job = await putJob(store, aJob({ type: 'a\0b', metadata: { key: 'c\0d' } }), '"e\\u0000f"')
    expect(await store.jobs.find(job.id)).toMatchObject({ type: 'a\uFFFDb', metadata: { key: 'c\0d' } })
    expect((await store.jobs.payload(job.id)) ?? null).toEqual(bytesOf('"e\\u0000f"'))
  })

  it('works through a pooler that keeps no prepared statements', async () => {
    const store = await openStoreAt(await server.database(), { prepare: false })
    const job = await putJob(store, aJob())
    expect(await start(store, job)).toBe(true)
    expect(await store.jobs.find(job.id)).toMatchObject({ status: 'running' })
  })
})

function start(store: Store, job: PendingJob): Promise<boolean> {
  return store.commit([{ write: 'updateJob', job: startJob(job, 'w.2', NOW) }])
}

/** A connection of another program that holds the job's row. */
async function lockJob(url: string, id: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('BEGIN')
  await client.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [id])
  return client
}
