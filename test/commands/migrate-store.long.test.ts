import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type MoveConfig, migrateStore } from '../../src/commands/migrate-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { databasePath, holdDataFolder } from '../../src/store/folder/data-folder.ts'
import { loadMasterKey } from '../../src/store/folder/master-key.ts'
import { fillPostgres, openPostgresStore } from '../../src/store/postgres/open.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { openTables } from '../../src/store/sqlite/file/read-tables.ts'
import { openThreaded } from '../store/open-stores.ts'
import {
  aCallback,
  aDelivery,
  aJob,
  anApiKey,
  anEndpoint,
  anEvent,
  aSecret,
  aTenant,
  jobQuery,
  NOW,
  put,
  putJob,
} from '../store/records.ts'
import { tempFolder } from '../store/temp-folder.ts'
import { describeWithPostgres, openStoreAt, postgresOfFile } from '../store/with-postgres.ts'
import { runCommand } from '../support/command.ts'

const UNSAFE = { allowUnsafe: true, prepare: true }

function configOf(dataDir: string, masterKey: string | null = null): MoveConfig {
  return { dataDir, secrets: { adminApiKey: null, masterKey }, database: UNSAFE }
}

/** A data folder that a service has used and left: with jobs, deliveries, tenants, secrets and holes in the feed. */
async function aLeftFolder() {
  const dataDir = join(tempFolder(), 'data')
  mkdirSync(dataDir)
  const encryptor = createEncryptor(loadMasterKey({ dataDir }))
  const store = await openThreaded({ path: databasePath(dataDir), encryptor })
  const jobs = [await putJob(store, aJob({ callback: aCallback({ authorization: 'Bearer s3cret' }) })), await putJob(store, aJob())]
  const events = jobs.map((job) => anEvent(job))
  for (const event of events) await put(store, { write: 'insertEvent', event }, { write: 'insertDelivery', delivery: aDelivery(event) })
  const tenant = aTenant()
  const endpoint = anEndpoint({ tenantId: tenant.id })
  await put(store, { write: 'insertTenant', tenant }, { write: 'insertApiKey', key: anApiKey(tenant.id) })
  await put(store, { write: 'insertEndpoint', endpoint }, { write: 'insertSigningSecret', secret: aSecret() })
  await put(store, { write: 'joinGroup', tenantId: tenant.id, name: 'night', at: NOW })
  await put(store, { write: 'putJobTypePause', pause: { type: 'report', pausedAt: NOW, pausedUntil: NOW + 1000 } })
  const id = await store.installation()
  await store.close()
  return { dataDir, encryptor, jobs, events, tenant, id }
}

async function feedOf(store: Store): Promise<string[]> {
  const { events } = await store.events.feed({ tenantId: null, after: 0, limit: 100, types: null })
  return events.map((event) => event.id)
}

describeWithPostgres('migrate-store', () => {
  const server = postgresOfFile()

  it('brings every record over, and what is made from then on comes after it', async () => {
    const { dataDir, encryptor, jobs, events, tenant, id } = await aLeftFolder()
    const url = await server().database()
    const told = JSON.parse(await migrateStore(configOf(dataDir), { to: url, json: true }))
    expect(told).toMatchObject({ to: url.replace('ringback@', ''), jobs: 2, advice: expect.stringContaining('DATABASE_URL') })
    expect(told.tables).toMatchObject({
      jobs: { rows: 2 },
      payloads: { rows: 2 },
      deliveries: { rows: 2 },
      tenants: { rows: 2 },
      job_groups: { rows: 1 },
    })
    const store = await openStoreAt(url, { encryptor })
    expect(await store.installation()).toBe(id)
    for (const job of jobs) expect(await store.jobs.find(job.id)).toEqual(job)
    expect(await store.tenants.find(tenant.id)).toEqual(tenant)
    expect(await store.groups.find(tenant.id, 'night')).toMatchObject({ open: 1 })
    expect(await feedOf(store)).toEqual(events.map((event) => event.id))
    const next = await putJob(store, aJob())
    const event = anEvent(next)
    await put(store, { write: 'insertEvent', event })
    expect(await feedOf(store)).toEqual([...events.map((one) => one.id), event.id])
    const { rows } = await store.jobs.list(jobQuery())
    expect(rows.map(({ job }) => job.id)).toEqual([next.id, jobs[1]?.id, jobs[0]?.id])
  })

  it('refuses a database that has been used, and leaves it as it is', async () => {
    const { dataDir } = await aLeftFolder()
    const url = await server().database()
    const store = await openStoreAt(url)
    const job = await putJob(store, aJob())
    await expect(migrateStore(configOf(dataDir), { to: url })).rejects.toThrow(/^the PostgreSQL database is not empty: its table jobs/)
    expect(await store.jobs.find(job.id)).toEqual(job)
  })

  it('refuses a folder that a service holds, one without a database, and another master key', async () => {
    const { dataDir } = await aLeftFolder()
    const url = await server().database()
    const leave = holdDataFolder(dataDir)
    await expect(migrateStore(configOf(dataDir), { to: url })).rejects.toThrow('is in use by process')
    leave()
    await expect(migrateStore(configOf(dataDir, Buffer.alloc(32, 1).toString('base64')), { to: url })).rejects.toThrow('MASTER_KEY')
    const nothing = tempFolder()
    await expect(migrateStore(configOf(nothing), { to: url })).rejects.toThrow('is not there')
    expect(readdirSync(nothing)).toEqual([])
  })

  it('keeps nothing when it ends in between, and succeeds the next time', async () => {
    const { dataDir, encryptor } = await aLeftFolder()
    const url = await server().database()
    const source = openTables(databasePath(dataDir), NOW, encryptor.keyId)
    const cut = {
      ...source,
      *rowsOf(table: Parameters<typeof source.rowsOf>[0]) {
        if (table.name === 'deliveries') throw new Error('cut off')
        yield* source.rowsOf(table)
      },
    }
    await expect(fillPostgres({ url, ...UNSAFE }, NOW, cut)).rejects.toThrow('cut off')
    source.close()
    expect(await server().ask(url, 'SELECT id FROM jobs')).toEqual([])
    expect(await migrateStore(configOf(dataDir), { to: url })).toMatch(
      / 2 jobs, \d+ rows, counted and compared in .*\nStart the service with .*\n$/,
    )
  })

  it('keeps nothing when the database gives back something else', async () => {
    const { dataDir } = await aLeftFolder()
    const url = await server().database()
    await fillPostgres({ url, ...UNSAFE }, NOW, { rowsOf: () => [], lastOf: () => 0 })
    const change = `CREATE FUNCTION changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.type := 'other'; RETURN NEW; END $$`
    await server().ask(url, `${change}; CREATE TRIGGER changing BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION changed()`)
    await expect(migrateStore(configOf(dataDir), { to: url })).rejects.toThrow(/^the copy of jobs differs: 2 rows .* nothing was kept$/)
    expect(await server().ask(url, 'SELECT id FROM jobs')).toEqual([])
  })

  it('is a service with the same data when it starts on the database', async () => {
    const { dataDir, encryptor } = await aLeftFolder()
    const url = await server().database()
    await migrateStore(configOf(dataDir), { to: url })
    const other = createEncryptor(new Uint8Array(32).fill(9))
    await expect(openPostgresStore({ url, encryptor: other, now: NOW, allowUnsafe: true })).rejects.toThrow('MASTER_KEY')
    const store = await openStoreAt(url, { encryptor })
    const { taken } = await store.lanes.claimJobs({ lane: 'tnt_default', limit: 10, now: NOW + 5000, worker: 'w', exceptTypes: [] })
    expect(taken).toHaveLength(2)
    expect(taken[0]?.job.callback?.headers).toEqual({ authorization: 'Bearer s3cret' })
  })

  it('tells as the other commands do: what it did on standard output, a refusal as a problem', async () => {
    const { dataDir } = await aLeftFolder()
    const url = await server().database()
    const env = { DATA_DIR: dataDir, DATABASE_UNSAFE: '1' }
    const moved = await runCommand(['migrate-store', '--to', url, '--json'], env)
    expect(moved).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(moved.stdout)).toMatchObject({ jobs: 2 })
    const again = await runCommand(['migrate-store', '--to', url, '--json'], env)
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(JSON.parse(again.stderr)).toMatchObject({ code: 'failed', detail: expect.stringContaining('is not empty') })
    expect(await runCommand(['migrate-store', '--to', 'mysql://x/y'], env)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^ringback: --to must be a URL such as postgres:/),
    })
  })
})
