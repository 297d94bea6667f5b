import { expect, it } from 'vitest'
import { Worker } from '../../src/wire/schemas/worker.ts'
import { until } from '../support/clock.ts'
import type { ok } from '../support/world.ts'
import { appWorld } from './app-world.ts'

it('GET /v1/workers shows the operator this process with what it runs, and every registered one', async () => {
  await using a = await appWorld({ handlers: { noop: () => new Promise<typeof ok>(() => {}) } })
  a.world.work()
  const id = await a.world.submit()
  await until('it runs', () => a.world.runs.get(id))
  const [own] = (await a.ask('GET', '/v1/workers')).json.data
  expect(Worker.strict().parse(own)).toEqual(own)
  expect(own).toMatchObject({
    id: a.world.identity.current(),
    role: 'all',
    running: [{ job_id: id, type: 'noop', tenant_id: 'tnt_default' }],
  })
  const worker = {
    id: 'w1',
    startedAt: 0,
    renewedAt: 5,
    info: { role: 'worker', host: 'b', pid: 7, version: '1', threads: [], running: [] },
  }
  await a.world.store.commit([{ write: 'insertWorker', worker }])
  const page = await a.ask('GET', '/v1/workers?limit=1')
  expect(page.json).toMatchObject({ data: [{ id: 'w1', role: 'worker', host: 'b', pid: 7, running: [] }], has_more: true })
  expect((await a.ask('GET', '/v1/workers', { key: await a.tenantKey() })).status).toBe(403)
})

it('GET /readyz tells how many workers there are', async () => {
  await using a = await appWorld()
  expect((await a.ask('GET', '/readyz', { key: null })).json).toMatchObject({ status: 'ready', queue: { details: { workers: 1 } } })
})
