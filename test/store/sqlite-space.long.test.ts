import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import { cancelPending } from '../../src/domain/job.ts'
import type { Store } from '../../src/ports/store.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { openThreaded } from './open-stores.ts'
import { aJob, NOW, put } from './records.ts'
import { tempFolder } from './temp-folder.ts'

const MB = 1e6
const PAYLOAD = new Uint8Array(64 * 1024)

/** Settled jobs with a payload of 64 KiB each: 100 of them are some 6.5 MB. */
async function fill(store: Store, jobs: number): Promise<string[]> {
  const ids: string[] = []
  const made = Array.from({ length: jobs }, () => aJob())
  // Few at a time, as their commits share a transaction: the log begins anew only between two.
  while (made.length > 0) {
    const few = made.splice(0, 10)
    ids.push(...few.map((job) => job.id))
    await Promise.all(
      few.map((job) =>
        put(
          store,
          { write: 'insertJob', job, payload: PAYLOAD },
          { write: 'updateJob', job: cancelPending(job, NOW) },
          { write: 'settleJob', jobId: job.id, at: NOW },
        ),
      ),
    )
  }
  return ids
}

async function walBytes(store: Store): Promise<number> {
  return (await store.health()).stats?.walBytes ?? Number.NaN
}

describe('the write-ahead log', () => {
  it('stays small, grows only while somebody reads in one long transaction, says so, and shrinks after it', async () => {
    const path = databasePath(tempFolder())
    const store = await openThreaded({ path })
    await fill(store, 300)
    expect(await walBytes(store)).toBeLessThan(17 * MB)

    const reader = new Database(path, { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM jobs').get()
    await fill(store, 400)
    expect(await walBytes(store)).toBeGreaterThan(25 * MB)
    reader.close()
    await vi.waitFor(async () => {
      await fill(store, 1)
      expect(await walBytes(store)).toBeLessThan(17 * MB)
    }, PATIENCE)
  })
})

describe('the database file', () => {
  it('gives its space back after a purge, while commits go on', async () => {
    const path = databasePath(tempFolder())
    const store = await openThreaded({ path })
    const ids = await fill(store, 400)
    await store.close()
    const before = statSync(path).size
    expect(before).toBeGreaterThan(25 * MB)

    const again = await openThreaded({ path })
    for (const jobId of ids) await put(again, { write: 'purgeJob', jobId, settledBefore: NOW, goneUntil: NOW })
    await vi.waitFor(() => expect(statSync(path).size).toBeLessThan(8 * MB), PATIENCE)
    await fill(again, 1)
  }, 120_000)
})
