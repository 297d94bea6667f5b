import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { openThreaded } from './open-stores.ts'
import { aJob, anEndpoint, bytesOf } from './records.ts'
import { tempFolder } from './temp-folder.ts'

it('ends the turn’s read transaction when a commit is answered in the middle of it', async () => {
  const path = databasePath(tempFolder())
  const store = await openThreaded({ path })
  const watch = new Database(path, { readonly: true })
  const isThere = watch.prepare('SELECT 1 FROM jobs WHERE id = ?')
  const insert = (count: number, last = aJob()) =>
    [...Array.from({ length: count }, () => aJob()), last].map((job) => ({ write: 'insertJob' as const, job, payload: bytesOf('1') }))
  const second = aJob()

  // Large enough that the second is posted before the first is answered; then its caller's read opens the transaction.
  const first = store.commit(insert(3000)).then(async () => {
    const before = await store.jobs.find(second.id)
    // This turn goes on until the second is on disk and its answer is out: both answers are met in one turn.
    const deadline = performance.now() + 5000
    while (isThere.get(second.id) === undefined && performance.now() < deadline);
    for (const until = performance.now() + 20; performance.now() < until; );
    return before
  })
  await nextTurn()
  const after = store.commit(insert(3000, second)).then(() => store.jobs.find(second.id))
  expect(await first).toBeNull()
  expect(await after).toEqual(second)
  watch.close()
})

it('reads what many ask for once a turn, and anew behind each commit', async () => {
  const store = await openThreaded()
  const endpoint = anEndpoint()
  const ofTenant = () => store.endpoints.ofTenant(endpoint.tenantId)
  await nextTurn()
  expect(await Promise.all([ofTenant(), ofTenant()])).toEqual([[], []])
  const committed = store.commit([{ write: 'insertEndpoint', endpoint }]).then(ofTenant)
  expect(await ofTenant()).toEqual([])
  expect(await committed).toEqual([endpoint])
  const [one, other] = await Promise.all([ofTenant(), ofTenant()])
  expect(one).toEqual(other)
  expect(one).not.toBe(other)
})
