import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { backup } from '../../src/commands/backup.ts'
import type { CopyConfig } from '../../src/commands/copy-summary.ts'
import { restore } from '../../src/commands/restore.ts'
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

function configOf(dataDir: string, masterKey: string | null = null): CopyConfig {
  return { dataDir, secrets: { adminApiKey: null, masterKey }, database: { target: null } }
}

/** A backup of a few jobs, and the key it needs. */
async function aBackup() {
  const { folder, dataDir, store } = await aService()
  const jobs = [await putJob(store, aJob()), await putJob(store, aJob())]
  const file = join(folder, 'backup.db')
  await backup(configOf(dataDir), file)
  return { folder, file, jobs, key: readFileSync(join(dataDir, 'master.key'), 'utf8'), target: join(folder, 'restored') }
}

/** A refusal is one line for the operator. */
function refusal(words: string): RegExp {
  return new RegExp(`^[^\\n]*(?:${words})[^\\n]*$`)
}

describe('the command line', () => {
  it('prints what is in a backup, and restores it into another folder', async () => {
    const { folder, dataDir, store } = await aService()
    await putJob(store, aJob())
    const file = join(folder, 'backup.db')
    const made = await runCommand(['backup', file], { DATA_DIR: dataDir })
    expect(made).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/backup\.db: 1 jobs, .*\n.*master\.key is not in it.*\n$/) })
    const restored = await runCommand(['restore', file], { DATA_DIR: join(folder, 'restored') })
    expect(restored).toEqual({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/ringback\.db: 1 jobs, .*\nNo master key is here: .*\n$/),
    })
  })

  it('tells a refusal in one line and ends with 1', async () => {
    const folder = tempFolder()
    const { code, stdout, stderr } = await runCommand(['backup', join(folder, 'b.db')], { DATA_DIR: join(folder, 'none') })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^ringback: .* is not there: set DATA_DIR .*\n$/)
  })
})

describe('ringback backup', () => {
  it('copies an open database with what is only in its log, for its owner alone, and says what is in it and what is not', async () => {
    const { folder, dataDir, store } = await aService()
    await put(store, { write: 'insertSigningSecret', secret: aSecret('whsec_canary') })
    for (let n = 0; n < 20; n++) await putJob(store, aJob())
    const file = join(folder, 'backup.db')
    expect(await backup(configOf(dataDir), file)).toMatch(
      /backup\.db: 20 jobs, [\d.]+ MB, checked and on disk in [\d.]+ s\n.*master\.key is not in it/,
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'data'])
    expect(readFileSync(file).includes('whsec_canary')).toBe(false)
    await putJob(store, aJob())
  })

  it('replaces no file, and leaves none when it cannot write one', async () => {
    const { folder, dataDir } = await aService()
    const file = join(folder, 'backup.db')
    writeFileSync(file, 'precious')
    await expect(backup(configOf(dataDir), file)).rejects.toThrow(refusal('is there already'))
    expect(readFileSync(file, 'utf8')).toBe('precious')
    await expect(backup(configOf(dataDir), join(folder, 'no', 'folder.db'))).rejects.toThrow(refusal('cannot be written'))
    expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'data'])
  })

  it('refuses a folder without a database, and makes none there', async () => {
    const folder = tempFolder()
    await expect(backup(configOf(join(folder, 'none')), join(folder, 'b.db'))).rejects.toThrow(refusal('is not there'))
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('ringback restore', () => {
  it('gives a folder that has none the database of the backup, which opens with the same master key', async () => {
    const { file, jobs, key, target } = await aBackup()
    mkdirSync(target)
    writeFileSync(join(target, 'master.key'), key)
    expect(restore(configOf(target), file)).toMatch(/ringback\.db: 2 jobs, .*\n$/)
    expect(readdirSync(target).toSorted()).toEqual(['master.key', 'ringback.db', 'ringback.lock'])
    const store = await openThreaded({ path: databasePath(target), encryptor: createEncryptor(loadMasterKey({ dataDir: target })) })
    for (const job of jobs) expect(await store.jobs.find(job.id)).toEqual(job)
  })

  it('takes a database that was copied as a file while no service ran', async () => {
    const { folder, dataDir, store } = await aService()
    await putJob(store, aJob())
    await store.close()
    const target = join(folder, 'restored')
    restore(configOf(target), databasePath(dataDir))
    expect(readdirSync(target).toSorted()).toEqual(['ringback.db', 'ringback.lock'])
  })

  it('says which key is missing', async () => {
    const { file, target } = await aBackup()
    expect(restore(configOf(target), file)).toMatch(/No master key is here: .*restored\/master\.key/)
  })

  it('refuses another master key', async () => {
    const { file, target } = await aBackup()
    expect(() => restore(configOf(target, 'f'.repeat(64)), file)).toThrow(refusal('MASTER_KEY is not the key'))
    expect(readdirSync(target)).toEqual(['ringback.lock'])
  })

  it('refuses a folder that a service holds, and names its process', async () => {
    const { file, target } = await aBackup()
    const letGo = holdDataFolder(target)
    expect(() => restore(configOf(target), file)).toThrow(refusal(`in use by process ${process.pid}`))
    letGo()
  })

  it.each(['ringback.db', 'ringback.db-wal'])('refuses a folder in which %s is there', async (name) => {
    const { file, target } = await aBackup()
    mkdirSync(target)
    writeFileSync(join(target, name), 'precious')
    expect(() => restore(configOf(target), file)).toThrow(refusal('is there already'))
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
    expect(() => restore(configOf(target), file)).toThrow(refusal(words))
    expect(readdirSync(target)).toEqual(['ringback.lock'])
  })

  it('refuses a file that is not there, and makes no folder for it', async () => {
    const folder = tempFolder()
    expect(() => restore(configOf(join(folder, 'data')), join(folder, 'b.db'))).toThrow(refusal('is not there'))
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
