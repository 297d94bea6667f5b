import { closeSync, copyFileSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { databasePath, holdDataFolder } from '../../src/store/folder/data-folder.ts'
import { failureKind } from '../../src/store/sqlite/file/failures.ts'
import { openInMemory } from '../../src/store/sqlite/file/open-database.ts'
import { bind } from '../../src/store/sqlite/statements/statements.ts'
import { groupCommitter } from '../../src/store/sqlite/threads/group-commit.ts'
import { stepsOf } from '../../src/store/steps/change.ts'
import { ENCRYPTOR, openThreaded } from './open-stores.ts'
import { aJob, bytesOf, jobQuery, NOW, putJob } from './records.ts'
import { tempFolder } from './temp-folder.ts'

const insert = (payload = bytesOf('1')) => [{ write: 'insertJob' as const, job: aJob(), payload }]

describe('a store in trouble', () => {
  it('refuses at once what is more than may wait, and takes work again afterwards', async () => {
    const store = await openThreaded({ limits: { requests: 5, bytes: 1e6 } })
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => store.commit(insert())))
    expect(settled.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), ...Array(3).fill('rejected')])
    expect(settled.at(-1)).toMatchObject({ reason: { name: 'StoreUnavailable', reason: 'overloaded' } })
    expect((await store.jobs.list(jobQuery())).rows).toHaveLength(5)
    expect(await store.commit(insert())).toBe(true)
  })

  it('refuses by weight, but never what comes alone', async () => {
    const store = await openThreaded({ limits: { requests: 100, bytes: 10_000 } })
    const heavy = new Uint8Array(20_000)
    const settled = await Promise.allSettled([store.commit(insert(heavy)), store.commit(insert())])
    expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { reason: 'overloaded' } }])
    expect(await store.commit(insert(heavy))).toBe(true)
  })

  it('waits for another process’s write lock while reads go on', async () => {
    const path = databasePath(tempFolder())
    const store = await openThreaded({ path })
    const job = await putJob(store, aJob())
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    let answered = false
    const commit = store.commit(insert()).then((held) => {
      answered = true
      return held
    })
    for (let n = 0; n < 20; n++) {
      expect(await store.jobs.find(job.id)).toEqual(job)
      expect((await store.jobs.list(jobQuery())).rows).toHaveLength(1)
    }
    expect(answered).toBe(false)
    other.exec('ROLLBACK')
    other.close()
    expect(await commit).toBe(true)
  })

  it('gives up on a lock that is never let go, and says so at once', async () => {
    const path = databasePath(tempFolder())
    const store = await openThreaded({ path })
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    const committedAt = performance.now()
    await expect(store.commit(insert())).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'busy' })
    const askedAt = performance.now()
    expect(await store.health()).toMatchObject({ ok: false, reason: expect.stringContaining('SQLITE_BUSY') })
    // The commit waited as long as one does.
    expect(performance.now() - askedAt).toBeLessThan((askedAt - committedAt) / 2)
    other.exec('ROLLBACK')
    other.close()
    expect(await store.health()).toMatchObject({ ok: true })
    expect(await store.commit(insert())).toBe(true)
  })

  it('refuses a whole group when the disk is full, writes nothing of it, and heals', () => {
    const db = openInMemory(NOW)
    const commit = groupCommitter(db)
    const full = Number(db.pragma('page_count', { simple: true }))
    db.pragma(`max_page_count = ${full + 4}`)
    const group = [insert(), insert(new Uint8Array(100_000)), insert()].map((change) => ({ steps: stepsOf(change, ENCRYPTOR).map(bind) }))
    expect(commit(group)).toMatchObject({ failed: 'disk_full' })
    expect(db.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(0)
    db.pragma('max_page_count = 100000')
    expect(commit(group)).toEqual({ answers: [true, true, true] })
    db.close()
  })

  it.each(['ringback.db', 'ringback.db-wal', 'ringback.lock'])(
    'acknowledges nothing once %s has been moved or replaced, still reads, and goes on when it is back',
    async (name) => {
      const folder = tempFolder()
      const letGo = holdDataFolder(folder)
      onTestFinished(letGo)
      const store = await openThreaded({ path: databasePath(folder) })
      const job = await putJob(store, aJob())
      const file = join(folder, name)
      for (const replace of [() => {}, () => copyFileSync(`${file}.aside`, file)]) {
        renameSync(file, `${file}.aside`)
        replace()
        await expect(store.commit(insert())).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'busy' })
        expect(await store.health()).toMatchObject({ ok: false, reason: expect.stringContaining(`${file} was moved`) })
        expect(await store.jobs.find(job.id)).toEqual(job)
        rmSync(file, { force: true })
        renameSync(`${file}.aside`, file)
        expect(await store.commit(insert())).toBe(true)
        expect(await store.health()).toMatchObject({ ok: true })
      }
    },
  )

  it('stops for good when the file breaks under it', async () => {
    const path = databasePath(tempFolder())
    const seed = await openThreaded({ path })
    await Promise.all(Array.from({ length: 200 }, () => putJob(seed, aJob({}, NOW, null), 'x'.repeat(3000))))
    await seed.close()
    const onFatal = vi.fn()
    const store = await openThreaded({ path, onFatal })
    // A foreign write empties the cache of pages that the check at the start has filled.
    const other = new Database(path)
    other.exec("INSERT INTO meta (key, value) VALUES ('foreign', '1')")
    other.close()
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(statSync(path).size - 4096, 0xff), 0, undefined, 4096)
    closeSync(file)
    const lane = { lane: 'tnt_default', limit: 50, now: NOW, worker: 'w', exceptTypes: [] }
    await expect(store.lanes.claimJobs(lane)).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'io_error' })
    await expect(store.commit(insert())).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'io_error' })
    expect(onFatal).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: expect.stringContaining('restore a backup') }))
    expect(await store.health()).toMatchObject({ ok: false })
  })

  it('takes every failed write or fsync for the end', () => {
    const kind = (code: string) => failureKind(new Database.SqliteError('x', code))
    expect(['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR', 'SQLITE_CORRUPT_INDEX', 'SQLITE_READONLY'].map(kind)).toEqual(Array(4).fill('io_error'))
    expect(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_FULL', 'SQLITE_CONSTRAINT_UNIQUE'].map(kind)).toEqual([
      'busy',
      'busy',
      'disk_full',
      'statement',
    ])
    expect(failureKind(new TypeError('x'))).toBe('statement')
  })
})
