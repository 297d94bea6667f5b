import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { databasePath, holdDataFolder } from '../../src/store/folder/data-folder.ts'
import { loadMasterKey } from '../../src/store/folder/master-key.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { openThreaded } from '../store/open-stores.ts'
import { aJob, aSecret, put, putJob } from '../store/records.ts'
import { tempFolder } from '../store/temp-folder.ts'
import { runCommand } from '../support/command.ts'

/** A data folder with an open store in it, as a running service has it. */
async function aService(): Promise<{ folder: string; dataDir: string; store: Store }> {
  const folder = tempFolder()
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const store = await openThreaded({ path: databasePath(dataDir), encryptor: createEncryptor(loadMasterKey({ dataDir })) })
  return { folder, dataDir, store }
}

/** A backup of a few jobs, and the key it needs. */
async function aBackup() {
  const { folder, dataDir, store } = await aService()
  const jobs = [await putJob(store, aJob()), await putJob(store, aJob())]
  const file = join(folder, 'backup.db')
  expect(await runCommand(['backup', file], { DATA_DIR: dataDir })).toMatchObject({ code: 0, stderr: '' })
  return { folder, file, jobs, key: readFileSync(join(dataDir, 'master.key'), 'utf8'), target: join(folder, 'restored') }
}

const refused = (words: string) => ({ code: 1, stdout: '', stderr: expect.stringMatching(new RegExp(`^ringback: .*${words}.*\\n$`)) })

describe('ringback backup', () => {
  it('copies an open database with what is only in its log, for its owner alone, and says what is in it and what is not', async () => {
    const { folder, dataDir, store } = await aService()
    await put(store, { write: 'insertSigningSecret', secret: aSecret('whsec_canary') })
    for (let n = 0; n < 20; n++) await putJob(store, aJob())
    const file = join(folder, 'backup.db')
    const { code, stdout } = await runCommand(['backup', file], { DATA_DIR: dataDir })
    expect(code).toBe(0)
    expect(stdout).toMatch(/backup\.db: 20 jobs, [\d.]+ MB, checked and on disk in [\d.]+ s\n.*master\.key is not in it/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'data'])
    expect(readFileSync(file).includes('whsec_canary')).toBe(false)
    await putJob(store, aJob())
  })

  it('replaces no file, and leaves none when it cannot write one', async () => {
    const { folder, dataDir } = await aService()
    const file = join(folder, 'backup.db')
    writeFileSync(file, 'precious')
    expect(await runCommand(['backup', file], { DATA_DIR: dataDir })).toEqual(refused('is there already'))
    expect(readFileSync(file, 'utf8')).toBe('precious')
    expect(await runCommand(['backup', join(folder, 'no', 'folder.db')], { DATA_DIR: dataDir })).toEqual(refused('cannot be written'))
    expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'data'])
  })

  it('refuses a folder without a database, and makes none there', async () => {
    const folder = tempFolder()
    expect(await runCommand(['backup', join(folder, 'b.db')], { DATA_DIR: join(folder, 'none') })).toEqual(refused('is not there'))
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('ringback restore', () => {
  it('gives a folder that has none the database of the backup, which opens with the same master key', async () => {
    const { file, jobs, key, target } = await aBackup()
    mkdirSync(target)
    writeFileSync(join(target, 'master.key'), key)
    const { code, stdout } = await runCommand(['restore', file], { DATA_DIR: target })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/ringback\.db: 2 jobs, .*\n$/) })
    expect(readdirSync(target).toSorted()).toEqual(['master.key', 'ringback.db', 'ringback.lock'])
    const store = await openThreaded({ path: databasePath(target), encryptor: createEncryptor(loadMasterKey({ dataDir: target })) })
    for (const job of jobs) expect(await store.jobs.find(job.id)).toEqual(job)
  })

  it('takes a database that was copied as a file while no service ran', async () => {
    const { folder, dataDir, store } = await aService()
    await putJob(store, aJob())
    await store.close()
    const target = join(folder, 'restored')
    expect(await runCommand(['restore', databasePath(dataDir)], { DATA_DIR: target })).toMatchObject({ code: 0 })
    expect(readdirSync(target).toSorted()).toEqual(['ringback.db', 'ringback.lock'])
  })

  it('says which key is missing', async () => {
    const { file, target } = await aBackup()
    expect((await runCommand(['restore', file], { DATA_DIR: target })).stdout).toMatch(/No master key is here: .*restored\/master\.key/)
  })

  it('refuses another master key', async () => {
    const { file, target } = await aBackup()
    const env = { DATA_DIR: target, MASTER_KEY: 'f'.repeat(64) }
    expect(await runCommand(['restore', file], env)).toEqual(refused('MASTER_KEY is not the key'))
    expect(readdirSync(target)).toEqual(['ringback.lock'])
  })

  it('refuses a folder that a service holds, and names its process', async () => {
    const { file, target } = await aBackup()
    const letGo = holdDataFolder(target)
    expect(await runCommand(['restore', file], { DATA_DIR: target })).toEqual(refused(`in use by process ${process.pid}`))
    letGo()
  })

  it.each(['ringback.db', 'ringback.db-wal'])('refuses a folder in which %s is there', async (name) => {
    const { file, target } = await aBackup()
    mkdirSync(target)
    writeFileSync(join(target, name), 'precious')
    expect(await runCommand(['restore', file], { DATA_DIR: target })).toEqual(refused('is there already'))
    expect(readFileSync(join(target, name), 'utf8')).toBe('precious')
  })

  it.each([
    ['cut short', 'cannot be read|is damaged', (file: string) => truncateSync(file, 40_000)],
    ['damaged inside', 'is damaged', (file: string) => change(file, SWAP_INDEXES)],
    ['no database', 'cannot be read', (file: string) => writeFileSync(file, 'hello')],
    ['of a newer build', 'run the newer build', (file: string) => change(file, 'PRAGMA user_version = 99')],
    ['of another program', 'is not a Ringback database', (file: string) => change(file, 'DROP TABLE jobs')],
    ['a copy of a file in use', 'write-ahead log', (file: string) => writeFileSync(`${file}-wal`, 'more')],
  ])('refuses a file that is %s, and leaves the folder without a database', async (_what, words, spoil) => {
    const { file, target } = await aBackup()
    spoil(file)
    expect(await runCommand(['restore', file], { DATA_DIR: target })).toEqual(refused(words))
    expect(readdirSync(target)).toEqual(['ringback.lock'])
  })

  it('refuses a file that is not there, and makes no folder for it', async () => {
    const folder = tempFolder()
    expect(await runCommand(['restore', join(folder, 'b.db')], { DATA_DIR: join(folder, 'data') })).toEqual(refused('is not there'))
    expect(readdirSync(folder)).toEqual([])
  })
})

/** Every page is whole; only a check of the contents sees it. */
const SWAP_INDEXES = `
  PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET rootpage = -rootpage + (
    SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('jobs_tenant', 'jobs_ended_badly')
  ) WHERE name IN ('jobs_tenant', 'jobs_ended_badly')`

function change(file: string, sql: string): void {
  const db = new Database(file).unsafeMode()
  db.exec(sql)
  db.close()
}
