/** The client and a real service that turns submits away for a while. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { setUp } from '../support/e2e.ts'
import { countedClient, expectOneJobEach, submitNth } from './one-job.ts'

const SUBMITS = 6

it('each submit makes one job when a limit answers 429 for a while', async () => {
  const { folder, start } = await setUp()
  const { url } = await start()
  const { client: operator } = countedClient(url)
  const tenant = await operator.tenants.create({ name: 'partner', limits: { pending_jobs: 1, running_jobs: 1 } })
  const { key } = await operator.keys.create(tenant.id, { scopes: ['jobs:write', 'jobs:read'] })
  const open = join(folder, 'open')
  const { client, statuses } = countedClient(url, key, (status) => {
    if (status === 429) void writeFile(open, '')
  })
  const handles = await Promise.all(Array.from({ length: SUBMITS }, (_, n) => submitNth(client, n, 'e2e.gate', { open })))
  expect(statuses).toContain(429)
  await expectOneJobEach(client, handles)
})

it('each submit makes one job when the store answers 503 for a while', async () => {
  const { dataDir, start } = await setUp()
  const { url } = await start()
  // Another program, as a backup tool or a shell is: SQLite's locks belong to processes.
  const other = new Database(databasePath(dataDir), { fileMustExist: true })
  onTestFinished(() => void other.close())
  const { client, statuses } = countedClient(url, undefined, (status) => {
    if (status === 503 && other.inTransaction) other.exec('ROLLBACK')
  })
  other.exec('BEGIN IMMEDIATE')
  const handles = await Promise.all(Array.from({ length: SUBMITS }, (_, n) => submitNth(client, n)))
  expect(statuses).toContain(503)
  await expectOneJobEach(client, handles)
})
