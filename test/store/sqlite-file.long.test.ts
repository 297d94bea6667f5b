import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { assertDurable, openWriter } from '../../src/store/sqlite/file/open-database.ts'
import { ENCRYPTOR, openThreaded } from './open-stores.ts'
import { runProcess } from './processes/run.ts'
import { aCallback, aJob, anEndpoint, aSecret, jobQuery, NOW, put, putJob } from './records.ts'
import { tempFolder } from './temp-folder.ts'

/** A closed database with some jobs in it. */
async function aDatabase(jobs = 3): Promise<string> {
  const path = databasePath(tempFolder())
  const store = await openThreaded({ path })
  for (let n = 0; n < jobs; n++) await putJob(store, aJob())
  await store.close()
  return path
}

/** A database with 20 jobs that are in its log alone, as a crash leaves it. */
async function aCrashedDatabase() {
  const path = await aDatabase(0)
  const store = await openThreaded({ path })
  for (let n = 0; n < 20; n++) await putJob(store, aJob())
  const copyTo = (target: string) => {
    for (const end of FILES) copyFileSync(path + end, target + end)
    return target
  }
  return { path, copyTo }
}

const FILES = ['', '-wal', '-shm']

function bytesOfAll(path: string): (Buffer | null)[] {
  return ['', '-wal'].map((end) => (existsSync(path + end) ? readFileSync(path + end) : null))
}

function scratch(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}

function change(path: string, sql: string): void {
  const db = new Database(path)
  db.exec(sql)
  db.close()
}

describe('a database file', () => {
  it('keeps what was answered, over a close and an open', async () => {
    const path = databasePath(tempFolder())
    const first = await openThreaded({ path })
    const job = await putJob(first, aJob({ callback: aCallback({ 'x-tag': '1' }) }))
    await first.close()
    expect(existsSync(`${path}-wal`)).toBe(false)
    const second = await openThreaded({ path })
    expect(await second.jobs.find(job.id)).toEqual(job)
    expect((await second.health()).details).toMatchObject({ synchronous: 'FULL', journal_mode: 'wal' })
  })

  it('runs with an fsync at every commit, also when reopened in WAL mode', async () => {
    const path = await aDatabase()
    for (let open = 0; open < 2; open++) {
      const db = openWriter(path, NOW)
      db.exec("INSERT INTO meta (key, value) VALUES ('written', '1') ON CONFLICT DO NOTHING")
      expect(db.pragma('synchronous', { simple: true })).toBe(2)
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
      db.pragma('synchronous = NORMAL')
      expect(() => assertDurable(db, path)).toThrow(/synchronous 1/)
      db.close()
    }
  })

  it('holds no secret in clear', async () => {
    const path = databasePath(tempFolder())
    const store = await openThreaded({ path })
    await put(store, { write: 'insertSigningSecret', secret: aSecret('whsec_canaryone') })
    await putJob(store, aJob({ callback: aCallback({ authorization: 'canarytwo' }), tags: ['visible'] }))
    await put(store, { write: 'insertEndpoint', endpoint: anEndpoint({ headers: { authorization: 'canarythree' } }) })
    const found = (text: string) => readdirSync(join(path, '..')).some((name) => readFileSync(join(path, '..', name)).includes(text))
    expect(found('visible')).toBe(true)
    expect(found('canaryone')).toBe(false)
    expect(found('canarytwo')).toBe(false)
    expect(found('canarythree')).toBe(false)
  })

  it('is refused under another master key, before a byte of it is changed', async () => {
    const path = await aDatabase()
    const before = readFileSync(path)
    await expect(openThreaded({ path, encryptor: createEncryptor(new Uint8Array(32)) })).rejects.toThrow(/MASTER_KEY/)
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
    await openThreaded({ path, encryptor: ENCRYPTOR })
  })

  it('is for its owner alone, with its log, whatever its folder allows', async () => {
    const path = databasePath(tempFolder())
    chmodSync(join(path, '..'), 0o755)
    await putJob(await openThreaded({ path }), aJob())
    for (const name of ['', '-wal', '-shm']) expect(statSync(path + name).mode & 0o777, name).toBe(0o600)
  })

  it('is refused when a newer build has made it', async () => {
    const path = await aDatabase()
    change(path, 'PRAGMA user_version = 999')
    await expect(openThreaded({ path })).rejects.toMatchObject({ name: 'CannotOpen', message: expect.stringContaining('newer build') })
  })

  it('is refused, and left as it is, when it is not whole', async () => {
    const damage: Record<string, (path: string) => void> = {
      empty: (path) => truncateSync(path, 0),
      'empty with a log': (path) => {
        truncateSync(path, 0)
        writeFileSync(`${path}-wal`, 'x')
      },
      'gone but for its log': (path) => {
        rmSync(path)
        writeFileSync(`${path}-wal`, 'x')
      },
      half: (path) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096),
      garbage: (path) => writeFileSync(path, Buffer.alloc(8192, 'garbage')),
      'of something else': (path) => {
        rmSync(path)
        change(path, 'CREATE TABLE recipes (name TEXT)')
      },
      scratched: (path) => {
        const bytes = readFileSync(path)
        bytes.fill(0xff, 4096 * 3, 4096 * 20)
        writeFileSync(path, bytes)
      },
    }
    const sound = await aDatabase()
    for (const [name, spoil] of Object.entries(damage)) {
      const path = databasePath(tempFolder())
      copyFileSync(sound, path)
      spoil(path)
      const before = existsSync(path) ? readFileSync(path) : null
      await expect(openThreaded({ path }), name).rejects.toMatchObject({
        name: 'CannotOpen',
        message: expect.stringContaining('restore a backup'),
      })
      expect(existsSync(path) ? readFileSync(path) : null, name).toEqual(before)
    }
  })

  it('is refused, and left as it is with its log, when committed work is no longer in the log', async () => {
    const { path, copyTo } = await aCrashedDatabase()
    const damage: Record<string, (log: string) => void> = {
      cut: (log) => truncateSync(log, Math.floor(statSync(log).size / 2)),
      empty: (log) => truncateSync(log, 0),
      gone: (log) => rmSync(log),
      scratched: (log) => scratch(log, Math.floor(statSync(log).size / 2)),
      'scratched at its start': (log) => scratch(log, 17),
    }
    for (const [name, spoil] of Object.entries(damage)) {
      const copy = copyTo(databasePath(tempFolder()))
      spoil(`${copy}-wal`)
      const before = bytesOfAll(copy)
      await expect(openThreaded({ path: copy }), name).rejects.toMatchObject({
        name: 'CannotOpen',
        message: expect.stringMatching(/log lacks \d+ of \d+ committed pages.*restore a backup/),
      })
      expect(bytesOfAll(copy), name).toEqual(before)
      await expect(openThreaded({ path: copy }), `${name}, asked again`).rejects.toMatchObject({ name: 'CannotOpen' })
    }
    const sound = await openThreaded({ path: copyTo(databasePath(tempFolder())) })
    expect((await sound.jobs.list(jobQuery())).rows).toHaveLength(20)
    expect(existsSync(`${path}-wal`)).toBe(true)
  })

  it('opens where a log has a tail that never was committed', async () => {
    const { copyTo } = await aCrashedDatabase()
    const copy = copyTo(databasePath(tempFolder()))
    appendFileSync(`${copy}-wal`, Buffer.alloc(5000, 'tail'))
    const store = await openThreaded({ path: copy })
    expect((await store.jobs.list(jobQuery())).rows).toHaveLength(20)
  })

  it('is refused, and left as it is with its log, when a crash has left it damaged', async () => {
    const { copyTo } = await aCrashedDatabase()
    const copy = copyTo(databasePath(tempFolder()))
    const bytes = readFileSync(copy)
    bytes.fill(0xff, 4096 * 2)
    writeFileSync(copy, bytes)
    const before = bytesOfAll(copy)
    await expect(openThreaded({ path: copy })).rejects.toMatchObject({ name: 'CannotOpen' })
    expect(bytesOfAll(copy)).toEqual(before)
  })

  it('is refused in a folder that is not there', async () => {
    await expect(openThreaded({ path: join(tempFolder(), 'gone', 'ringback.db') })).rejects.toMatchObject({ name: 'CannotOpen' })
  })

  it('is made once when eight processes start at once', async () => {
    const path = databasePath(tempFolder())
    const ends = await Promise.all(Array.from({ length: 8 }, () => runProcess('open-store', path).ended))
    expect(ends).toEqual(Array(8).fill({ code: 0, stderr: '' }))
    expect(readdirSync(join(path, '..'))).toEqual(['ringback.db'])
    const store = await openThreaded({ path })
    const tenants = await store.tenants.list({ ...jobQuery(), tenantId: null })
    expect(tenants.rows).toHaveLength(9)
  }, 60_000)

  it('is migrated once by eight processes at once', async () => {
    const path = databasePath(tempFolder())
    change(path, 'PRAGMA journal_mode = WAL')
    const ends = await Promise.all(Array.from({ length: 8 }, () => runProcess('migrate', path).ended))
    expect(ends).toEqual(Array(8).fill({ code: 0, stderr: '' }))
    const store = await openThreaded({ path })
    await putJob(store, aJob())
  }, 60_000)

  it('reads what is left of a row that does not hold what it must, and names the column', async () => {
    const spoilt = [
      ['status', `status = 'weird'`],
      ['tags', `tags = '{'`],
      ['tags', `tags = '[1]'`],
      ['due_at', `due_at = NULL`],
      ['error', `error = '{}'`],
      ['callback_events', `callback_url = 'x', callback_events = '["y"]'`],
    ] as const
    const path = await aDatabase(0)
    const store = await openThreaded({ path })
    for (const [column, assignment] of spoilt) {
      const job = await putJob(store, aJob())
      change(path, `UPDATE jobs SET ${assignment} WHERE id = '${job.id}'`)
      const read = await store.jobs.find(job.id)
      expect(read, assignment).toMatchObject({ id: job.id, status: 'pending' })
      expect(read?.damage, assignment).toContain(column)
    }
  })
})
