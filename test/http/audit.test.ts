import { describe, expect, it } from 'vitest'
import { purge } from '../../src/lifecycle/engine/purge.ts'
import { AuditEntry } from '../../src/wire/schemas/audit.ts'
import { until } from '../support/clock.ts'
import { answered, hook, ok } from '../support/world.ts'
import { type AppWorld, appWorld } from './app-world.ts'

async function entries(a: AppWorld, query = '') {
  const { json } = await a.ask('GET', `/v1/audit${query}`)
  for (const entry of json.data) expect(AuditEntry.strict().parse(entry)).toEqual(entry)
  return json.data
}

const OPERATOR = { key_id: null, tenant_id: 'tnt_default', via: 'api' }

describe('GET /v1/audit', () => {
  it('tells who did what to whom, newest first, with the request that did it', async () => {
    await using a = await appWorld()
    const { id } = (await a.ask('POST', '/v1/tenants', { body: { name: 'Acme' } })).json
    const key = (await a.ask('POST', `/v1/tenants/${id}/api-keys`, { body: { scopes: ['callbacks:write'] } })).json
    const endpoint = (await a.ask('POST', '/v1/endpoints', { key: key.key, body: { url: 'https://a.example/x?token=canary' } })).json
    await a.ask('POST', '/v1/signing-secret/rotate', { key: key.key, headers: { 'user-agent': 'ringback-cli/1.0' } })
    const partner = { key_id: key.id, tenant_id: id }
    const told = await entries(a)
    expect(told).toMatchObject([
      { actor: { ...partner, via: 'cli' }, action: 'signing_secret.rotate', target: id },
      { actor: { ...partner, via: 'api' }, action: 'endpoint.create', target: endpoint.id },
      { actor: OPERATOR, action: 'api_key.create', target: key.id, filter: null, count: 1, request_id: expect.stringMatching(/^req_/) },
      { actor: OPERATOR, action: 'tenant.create', target: id },
    ])
    for (const secret of ['canary', key.key, endpoint.secret]) expect(JSON.stringify(told)).not.toContain(secret)
    expect(await entries(a, `?tenant=${id}&limit=1`)).toMatchObject([{ tenant_id: id, action: 'signing_secret.rotate' }])
  })

  it('counts what a filter moved, and keeps of a URL its origin alone', async () => {
    await using a = await appWorld()
    a.world.answer = () => answered(410)
    a.world.work()
    for (let n = 0; n < 3; n += 1) await a.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url } })
    await until('all are dead', async () => (await a.ask('GET', '/v1/dead-letters')).json.data.length === 3)
    a.world.answer = () => new Promise(() => {})
    const filter = { destination: 'https://partner.example/x?token=canary', reason: 'gone' }
    await a.ask('POST', '/v1/dead-letters/replay?tenant=*', { body: { filter, dry_run: true } })
    await a.ask('POST', '/v1/dead-letters/replay?tenant=*', { body: { filter } })
    expect(await entries(a)).toMatchObject([
      {
        action: 'dead_letters.replay',
        target: null,
        filter: { destination: 'https://partner.example', reason: 'gone', tenant: '*' },
        count: 3,
      },
    ])
  })

  it('has one entry for a cancel, of a job that waits and of one that runs', async () => {
    await using a = await appWorld({
      handlers: { noop: (_run, signal) => new Promise<typeof ok>((resolve) => (signal.onabort = () => resolve(ok))) },
    })
    const waiting = (await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })).json.id
    await a.ask('POST', `/v1/jobs/${waiting}/cancel`)
    await a.ask('POST', `/v1/jobs/${waiting}/cancel`)
    a.world.work()
    const running = (await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })).json.id
    await until('it runs', () => a.world.runs.get(running))
    await a.ask('POST', `/v1/jobs/${running}/cancel`)
    expect(await entries(a)).toMatchObject([
      { action: 'job.cancel', target: running, count: 1 },
      { action: 'job.cancel', target: waiting, count: 1 },
    ])
  })

  it('has nothing of what was refused, and is the operator’s alone', async () => {
    await using a = await appWorld()
    await a.ask('POST', '/v1/jobs/job_0/cancel')
    await a.ask('POST', '/v1/tenants', { body: {} })
    expect(await entries(a)).toEqual([])
    expect((await a.ask('GET', '/v1/audit', { key: await a.tenantKey() })).status).toBe(403)
    const { key } = (await a.ask('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes: ['admin:read'] } })).json
    expect((await a.ask('GET', '/v1/audit', { key })).status).toBe(200)
  })

  it('is purged with the retention', async () => {
    await using a = await appWorld({ settings: { retentionMs: 1_000 } })
    await a.ask('POST', '/v1/job-types/noop/pause')
    await a.world.clock.push(1_000)
    await purge(a.world)
    expect(await entries(a)).toEqual([])
  })
})

it('every route that changes something has a name in the audit log, but for the submit and for tokens, which are not stored', async () => {
  await using a = await appWorld()
  const paths: Record<string, Record<string, object>> = (await a.ask('GET', '/openapi.json')).json.paths
  const silent = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method, operation]) => method !== 'get' && !('x-audit-action' in operation))
      .map(([method]) => `${method} ${path}`),
  )
  expect(silent.sort()).toEqual(['post /v1/jobs', 'post /v1/jobs/{id}/tokens'])
})
