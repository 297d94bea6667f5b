import { describe, expect, it } from 'vitest'
import { type AppWorld, appWorld, refusal, TENANT_SCOPES } from './app-world.ts'

const FAILURE = {
  code: 'handler_failed',
  message: 'The handler failed.',
  retryable: false,
  details: null,
  internal: { name: 'Error', message: 'password=canary', stack: '    at run (job.ts:1:1)' },
}

async function onlooker(a: AppWorld, scopes: readonly string[] = ['admin:read']): Promise<string> {
  return (await a.ask('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes } })).json.key
}

describe('a key with admin:read', () => {
  it('sees the jobs, callbacks, tenants, processes and figures of everybody, without error.internal', async () => {
    await using a = await appWorld({ handlers: { noop: () => ({ kind: 'failed', failure: FAILURE }) } })
    a.world.work()
    const partner = await a.tenantKey()
    const key = await onlooker(a)
    const body = { type: 'noop', callback_url: 'https://partner.example/hooks' }
    const { id } = (await a.ask('POST', '/v1/jobs', { key: partner, body })).json
    await a.world.clock.push(10)
    const job = await a.ask('GET', `/v1/jobs/${id}`, { key })
    expect(job.json.error).toMatchObject({ code: 'handler_failed' })
    const lists = ['jobs', 'deliveries', 'destinations', 'events', 'endpoints', 'dead-letters', 'tenants'].map(
      (name) => `/v1/${name}?tenant=*`,
    )
    for (const path of [...lists, '/v1/workers', '/v1/jobs/summary?tenant=*', '/v1/dead-letters/summary?tenant=*', '/metrics']) {
      const answer = await a.ask('GET', path, { key })
      expect(answer.status, path).toBe(200)
      expect(answer.text + job.text, path).not.toContain('canary')
    }
    expect((await a.ask('GET', '/v1/jobs?tenant=*', { key })).json.data).toMatchObject([{ id, tenant_id: expect.any(String) }])
    expect((await a.ask('GET', '/v1/job-types', { key })).json.data[0]).not.toHaveProperty('source')
  })

  it('is shown no key and no secret', async () => {
    await using a = await appWorld()
    const key = await onlooker(a)
    for (const path of ['/v1/signing-secret', '/v1/tenants/tnt_default/api-keys']) {
      expect(refusal(await a.ask('GET', path, { key }))).toMatchObject({ status: 403, code: 'forbidden' })
    }
  })

  it('changes nothing of other tenants, whatever else it may do for its own', async () => {
    await using a = await appWorld()
    const partner = await a.tenantKey()
    const key = await onlooker(a, ['admin:read', ...TENANT_SCOPES])
    const { id } = (await a.ask('POST', '/v1/jobs', { key: partner, body: { type: 'noop' } })).json
    expect((await a.ask('GET', `/v1/jobs/${id}`, { key })).status).toBe(200)
    expect((await a.ask('POST', `/v1/jobs/${id}/cancel`, { key })).status).toBe(404)
    const replay = await a.ask('POST', '/v1/dead-letters/replay?tenant=*', { key, body: { all: true } })
    expect(refusal(replay)).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await a.ask('POST', '/v1/tenants', { key, body: { name: 'x' } })).status).toBe(403)
    expect((await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })).status).toBe(202)
  })

  it('is refused to other tenants than default', async () => {
    await using a = await appWorld()
    const { id } = (await a.ask('POST', '/v1/tenants', { body: { name: 'Acme' } })).json
    const answer = await a.ask('POST', `/v1/tenants/${id}/api-keys`, { body: { scopes: ['admin:read'] } })
    expect(refusal(answer)).toMatchObject({ status: 422, pointers: ['/scopes'] })
  })
})
