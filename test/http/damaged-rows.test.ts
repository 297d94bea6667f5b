/** Rows damaged by SQL behind the store's back: one of them costs itself, never a page, a lane, a claim or a cancel. */
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { openThreaded } from '../store/open-stores.ts'
import { tempFolder } from '../store/temp-folder.ts'
import { until } from '../support/clock.ts'
import { ok, type TestWorldOptions } from '../support/world.ts'
import { type AppWorld, appWorld } from './app-world.ts'

const UNREADABLE = { code: 'unreadable', retryable: false, details: null }
const LATER = '2030-01-01T00:00:00.000Z'

async function damagedWorld(options: TestWorldOptions = {}): Promise<AppWorld & { damage(table: string, set: string, id: string): void }> {
  const path = databasePath(tempFolder())
  const a = await appWorld({ localQueues: false, store: await openThreaded({ path }), ...options })
  const damage = (table: string, set: string, id: string): void => {
    const db = new Database(path)
    expect(
      db
        .prepare(`UPDATE ${table} SET ${set} WHERE ${table === 'payloads' ? 'job_seq = (SELECT seq FROM jobs WHERE id = ?)' : 'id = ?'}`)
        .run(id).changes,
    ).toBe(1)
    db.close()
  }
  return { ...a, damage, [Symbol.asyncDispose]: () => a[Symbol.asyncDispose]() }
}

async function submit(a: AppWorld, more: object = {}): Promise<string> {
  return (await a.ask('POST', '/v1/jobs', { body: { type: 'noop', tags: ['t'], metadata: { m: '1' }, ...more } })).json.id
}

/** Pushes the clock until it is so. */
async function eventually(a: AppWorld, fact: () => boolean | Promise<boolean>): Promise<void> {
  await until('it is so', async () => {
    await a.world.clock.push(200)
    return fact()
  })
}

test('a job that cannot be read is shown as such in lists and by its id, and can be canceled; the others are as they were', async () => {
  await using a = await damagedWorld()
  const damages = [
    `tags = 'x'`,
    `tags = '[1]'`,
    `metadata = '{"a":1}'`,
    `created_at = 'yesterday'`,
    `timeout_ms = x'00'`,
    `callback_url = 'https://partner.example', callback_events = 'none'`,
    `callback_url = 'https://partner.example', callback_events = '[]', callback_headers = 'torn'`,
    `error = '{"code":404}'`,
    `progress = '{"steps":[{"name":7}]}'`,
    `status = 'lost'`,
    `due_at = NULL`,
    `status = 'running', due_at = NULL`,
    `due_at = 9e15`,
  ]
  const healthy = [await submit(a, { run_at: LATER })]
  const ids = []
  for (const set of damages) {
    const id = await submit(a, { run_at: LATER })
    a.damage('jobs', set, id)
    ids.push(id)
  }
  healthy.push(await submit(a, { run_at: LATER }))

  for (const query of ['', '?tag=t', '?status=pending', '?tenant=*'])
    expect((await a.ask('GET', `/v1/jobs${query}`)).status, query).toBe(200)
  const page = (await a.ask('GET', '/v1/jobs')).json.data
  expect(page.map((job: { id: string }) => job.id).toSorted()).toEqual([...healthy, ...ids].toSorted())
  for (const id of healthy) expect((await a.ask('GET', `/v1/jobs/${id}`)).json).toMatchObject({ error: null, tags: ['t'] })
  for (const [n, id] of ids.entries()) {
    const said = damages[n]
    const shown = await a.ask('GET', `/v1/jobs/${id}`)
    expect(shown.status, said).toBe(200)
    expect(shown.json, said).toMatchObject({ id, status: 'pending', error: UNREADABLE })
    const canceled = await a.ask('POST', `/v1/jobs/${id}/cancel`)
    expect(canceled.status, said).toBe(200)
    expect((await a.ask('GET', `/v1/jobs/${id}`)).json.status, said).toBe('canceled')
  }
  expect((await a.ask('GET', '/v1/jobs?status=canceled')).json.data).toHaveLength(damages.length)
})

test('an ended job that cannot be read is shown in its status; its result is not given', async () => {
  await using a = await damagedWorld()
  a.world.work()
  const ids = [await submit(a), await submit(a), await submit(a)]
  await eventually(a, async () => (await a.ask('GET', '/v1/jobs?status=completed')).json.data.length === 3)
  a.damage('jobs', `result_kind = 'other'`, ids[0] ?? '')
  a.damage('jobs', 'result_size = 1000', ids[1] ?? '')
  for (const id of ids.slice(0, 2)) {
    expect((await a.ask('GET', `/v1/jobs/${id}`)).json).toMatchObject({ status: 'completed', result: null, error: UNREADABLE })
    expect(await a.ask('GET', `/v1/jobs/${id}/result`)).toMatchObject({ status: 409, json: { code: 'job_failed', error: UNREADABLE } })
    expect((await a.ask('POST', `/v1/jobs/${id}/cancel`)).status).toBe(409)
  }
  expect((await a.ask('GET', '/v1/jobs')).json.data).toHaveLength(3)
})

test('a claim goes on past jobs that cannot be read: they fail, are told of in the log, and the lane does the others', async () => {
  await using a = await damagedWorld({ handlers: { noop: () => ok } })
  const ids = [await submit(a), await submit(a), await submit(a), await submit(a)]
  a.damage('jobs', `metadata = 'x'`, ids[0] ?? '')
  a.damage('payloads', `bytes = 'text'`, ids[2] ?? '')
  a.world.work()
  const statuses = async (): Promise<string[]> => (await a.ask('GET', '/v1/jobs')).json.data.map((job: { status: string }) => job.status)
  a.world.queue.wake('job', (await a.world.store.jobs.find(ids[1] ?? ''))?.tenantId ?? '')
  await eventually(a, async () => (await statuses()).every((status) => status === 'failed' || status === 'completed'))
  expect((await statuses()).toReversed()).toEqual(['failed', 'completed', 'failed', 'completed'])
  expect((await a.ask('GET', `/v1/jobs/${ids[0]}`)).json.error).toMatchObject(UNREADABLE)
  const told = a.world.complaints.filter(({ message }) => message === 'a job cannot be read and is failed')
  expect(told.map(({ fields }) => fields)).toEqual([
    { job: ids[0], damage: 'metadata' },
    { job: ids[2], damage: 'payload' },
  ])
})

test('a delivery that cannot be read is dead, and its lane goes on', async () => {
  await using a = await damagedWorld()
  const callback_url = 'https://partner.example/hooks'
  a.world.answer = () => ({
    kind: 'answered',
    status: 503,
    error: null,
    errorCause: null,
    ms: 1,
    responseHeaders: {},
    responseBody: new Uint8Array(),
  })
  a.world.work()
  const ids = [await submit(a, { callback_url }), await submit(a, { callback_url }), await submit(a, { callback_url })]
  const deliveries = async () => (await a.ask('GET', '/v1/deliveries')).json.data.toReversed()
  await eventually(a, async () => (await deliveries()).filter((one: { attempts: number }) => one.attempts === 1).length === 3)
  const found: { id: string; event: { id: string } }[] = await deliveries()
  a.damage('deliveries', `give_up_at = 'never'`, found[0]?.id ?? '')
  a.damage('events', `body = 'text'`, found[1]?.event.id ?? '')
  expect((await a.ask('GET', '/v1/deliveries')).json.data).toHaveLength(3)
  expect((await a.ask('GET', `/v1/deliveries/${found[0]?.id}`)).json).toMatchObject({ status: 'pending', last_error: 'unreadable' })
  expect((await a.ask('GET', '/v1/events')).json.data).toHaveLength(3)
  a.world.answer = () => ({
    kind: 'answered',
    status: 200,
    error: null,
    errorCause: null,
    ms: 1,
    responseHeaders: {},
    responseBody: new Uint8Array(),
  })
  await eventually(a, async () => (await deliveries()).every((one: { status: string }) => one.status !== 'pending'))
  expect((await deliveries()).map((one: { status: string }) => one.status)).toEqual(['dead', 'dead', 'delivered'])
  expect((await a.ask('DELETE', `/v1/deliveries/${found[0]?.id}`)).status).toBe(204)
  expect(ids).toHaveLength(3)
})

test('an endpoint, a tenant or a key that cannot be read does not take the others with it', async () => {
  await using a = await damagedWorld()
  const events = ['job.completed']
  const make = async (url: string): Promise<string> => (await a.ask('POST', '/v1/endpoints', { body: { url, events } })).json.id
  const endpoints = [await make('https://one.example/'), await make('https://two.example/')]
  a.damage('endpoints', `events = 'x'`, endpoints[0] ?? '')
  expect((await a.ask('GET', '/v1/endpoints')).json.data).toHaveLength(2)
  expect((await a.ask('GET', `/v1/endpoints/${endpoints[0]}`)).json).toMatchObject({ status: 'disabled', disabled_reason: 'unreadable' })

  const tenant = (await a.ask('POST', '/v1/tenants', { body: { name: 'partner' } })).json.id
  const key = (await a.ask('POST', `/v1/tenants/${tenant}/api-keys`, { body: { scopes: ['jobs:read'] } })).json
  a.damage('tenants', `limits = 'x'`, tenant)
  a.damage('api_keys', `scopes = '["root"]'`, key.id)
  expect((await a.ask('GET', '/v1/tenants')).json.data).toHaveLength(2)
  expect((await a.ask('GET', `/v1/tenants/${tenant}/api-keys`)).json.data).toMatchObject([{ id: key.id, scopes: [] }])
  expect((await a.ask('GET', '/v1/jobs', { key: key.key })).status).toBe(401)
  a.damage('api_keys', `scopes = 'x'`, key.id)
  expect(await a.world.store.tenants.hasValidKey(tenant, 'jobs:read', a.world.clock.now())).toBe(false)

  a.world.work()
  await submit(a)
  await eventually(a, () => a.world.sent.length === 1)
  expect(a.world.sent[0]?.url).toBe('https://two.example/')
})
