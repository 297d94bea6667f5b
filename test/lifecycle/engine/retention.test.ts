import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { purge } from '../../../src/lifecycle/engine/purge.ts'
import { databasePath } from '../../../src/store/folder/data-folder.ts'
import { openThreaded } from '../../store/open-stores.ts'
import { tempFolder } from '../../store/temp-folder.ts'
import { until } from '../../support/clock.ts'
import { answered, hook, testWorld } from '../../support/world.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR
/** What one tenant and its secret need, however many jobs there were. */
const LASTING = ['tenants', 'signing_secrets', 'meta', 'sqlite_sequence']

it('leaves nothing of jobs but tombstones when their retention is over, and then not even those', async () => {
  const path = databasePath(tempFolder())
  await using w = await testWorld({ store: await openThreaded({ path }), settings: { retentionMs: HOUR } })
  w.answer = () => answered(w.sent.length % 2 === 0 ? 410 : 200, {}, 'kept in the attempt log')
  w.work()
  const jobs = 50
  for (let n = 0; n < jobs; n++) {
    await w.submit({ callback: hook, idempotency: { key: `key ${n}`, bodyHash: new Uint8Array(32) } })
  }
  const db = new Database(path, { readonly: true })
  const rowsLeft = () => {
    const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    const counts = tables.map(({ name }) => [name, Number(db.prepare(`SELECT count(*) FROM ${name}`).pluck().get())] as const)
    return Object.fromEntries(counts.filter(([name, count]) => count > 0 && !LASTING.includes(name)))
  }
  const all = {
    jobs,
    payloads: jobs,
    results: jobs,
    // Of the dead deliveries, every second one, an alert tells as well.
    events: jobs + jobs / 2,
    deliveries: jobs,
    attempts: jobs,
    idempotency_keys: jobs,
    destinations: 1,
  }
  await until('every job has settled', async () => (await w.store.jobs.expired(w.clock.now(), 100)).length === jobs)
  expect(rowsLeft()).toEqual(all)

  const purged = async () => {
    let ended = false
    const done = purge(w).finally(() => {
      ended = true
    })
    while (!ended) await w.clock.push(10)
    await done
  }
  await w.clock.push(HOUR - 1)
  await purged()
  expect(rowsLeft()).toEqual(all)
  await w.clock.push(1)
  await purged()
  expect(rowsLeft()).toEqual({ tombstones: jobs, idempotency_keys: jobs })
  await w.clock.push(DAY)
  await purged()
  expect(rowsLeft()).toEqual({})
  db.close()
})
