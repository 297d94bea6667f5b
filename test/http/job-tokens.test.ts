import { describe, expect, it } from 'vitest'
import { looksLikeToken, readJobToken, signJobToken, tokenExpiry } from '../../src/domain/job-token.ts'
import { MARK_AFTER_MS } from '../../src/lifecycle/jobs/run-job.ts'
import { createApiKey, revokeApiKey } from '../../src/lifecycle/tenants/api-keys.ts'
import { until } from '../support/clock.ts'
import { ADMIN_KEY, type AppWorld, appWorld, refusal, TOKEN_KEY } from './app-world.ts'
import { liveWorld } from './live-world.ts'

const INTERNAL = { name: 'Error', message: 'secret', stack: 'at x' }
const CLAIMS = { jobId: 'job_1', tenantId: 'tnt_1', keyId: 'key_1', expiresAt: 1_000 }

describe('a token', () => {
  const token = signJobToken(TOKEN_KEY, CLAIMS)

  it('says what it was signed with, in characters that a URL and a subprotocol hold', () => {
    expect(readJobToken(TOKEN_KEY, token)).toEqual(CLAIMS)
    expect(looksLikeToken(token)).toBe(true)
    expect(token).toMatch(/^[A-Za-z0-9._-]+$/)
  })

  it('is none with any character changed, cut or signed with another key', () => {
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A'
      expect(readJobToken(TOKEN_KEY, token.slice(0, at) + other + token.slice(at + 1)), `changed at ${at}`).toBeNull()
    }
    for (const wrong of ['', 'rbt_', 'rbt_.', token.slice(0, -1), `${token}A`, signJobToken(Buffer.alloc(32), CLAIMS)]) {
      expect(readJobToken(TOKEN_KEY, wrong)).toBeNull()
    }
  })

  it.each([
    [900, null, 900_000],
    [900, 1_000, 1_000],
    [1, 5_000, 1_000],
  ])('asked for for %d s by a key that ends at %j expires at %d', (seconds, keyEnds, expires) => {
    expect(tokenExpiry(0, seconds, keyEnds)).toBe(expires)
  })
})

/** A token of a job of the operator's tenant. */
async function tokenFor(a: AppWorld, id: string, { key = ADMIN_KEY, seconds }: { key?: string; seconds?: number } = {}) {
  const answer = await a.ask('POST', `/v1/jobs/${id}/tokens`, { key, body: seconds === undefined ? {} : { expires_in_seconds: seconds } })
  expect(answer.status).toBe(201)
  return answer.json as { token: string; expires_at: string; url: string; stream_url: string }
}

describe('POST /v1/jobs/{id}/tokens', () => {
  it('gives a token for 15 minutes, with the URLs that carry it', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const { token, ...rest } = await tokenFor(a, id)
    expect(rest).toEqual({
      expires_at: '2026-01-01T00:15:00.000Z',
      url: `http://ringback.test/v1/jobs/${id}?token=${token}`,
      stream_url: `http://ringback.test/v1/jobs/${id}/events?token=${token}`,
    })
    expect((await a.ask('POST', `/v1/jobs/${id}/tokens`)).status).toBe(201)
  })

  it('never gives one that outlives its key', async () => {
    await using a = await appWorld()
    const key = await a.tenantKey({ expiresAt: a.world.clock.now() + 60_000 })
    const { id } = (await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop' } })).json
    expect((await tokenFor(a, id, { key, seconds: 86_400 })).expires_at).toBe('2026-01-01T00:01:00.000Z')
  })

  it.each([0, 86_401, 1.5, '60', null])('refuses %j seconds', async (expires_in_seconds) => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const answer = await a.ask('POST', `/v1/jobs/${id}/tokens`, { body: { expires_in_seconds } })
    expect(refusal(answer)).toMatchObject({ status: 422, pointers: ['/expires_in_seconds'] })
  })

  it('refuses what the read of the job refuses', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    expect((await a.ask('POST', `/v1/jobs/${id}/tokens`, { key: await a.tenantKey() })).status).toBe(404)
    expect((await a.ask('POST', `/v1/jobs/${id}/tokens`, { key: await a.tenantKey({ scopes: ['jobs:write'] }) })).status).toBe(403)
  })
})

describe('a token of a job', () => {
  it('reads that job, its result and its stream, as header or in the query', async () => {
    await using a = await liveWorld()
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    const { token } = await tokenFor(a, id)
    for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/result`]) {
      expect((await a.ask('GET', path, { key: token })).status).toBe(200)
      const answer = await a.ask('GET', `${path}?token=${token}`, { key: null })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    }
    const stream = await a.stream(`/v1/jobs/${id}/events?token=${token}`, { key: null })
    await stream.untilEnd()
    expect(stream.headers['referrer-policy']).toBe('no-referrer')
    expect(stream.frames.map(({ event }) => event)).toEqual(['completed'])
  })

  it('is answered 403 by everything else, before anything is looked up', async () => {
    await using a = await appWorld()
    const [id, other] = [await a.world.submit(), await a.world.submit()]
    const { token } = await tokenFor(a, id)
    const refused = [
      ['GET', `/v1/jobs/${other}`],
      ['GET', '/v1/jobs/job_0'],
      ['GET', `/v1/jobs/${other}/events`],
      ['GET', '/v1/jobs'],
      ['GET', '/v1/job-types'],
      ['GET', '/v1/events'],
      ['GET', '/v1/events/stream'],
      ['GET', `/v1/operations/${id}`],
      ['GET', '/openapi.json'],
      ['GET', '/metrics'],
      ['POST', '/v1/jobs'],
      ['POST', `/v1/jobs/${id}/cancel`],
      ['POST', `/v1/jobs/${id}/rerun`],
      ['POST', `/v1/jobs/${id}/tokens`],
    ] as const
    for (const [method, path] of refused) {
      expect(refusal(await a.ask(method, path, { key: token })), `${method} ${path}`).toMatchObject({ status: 403, code: 'forbidden' })
      const inQuery = await a.ask(method, `${path}?token=${token}`, { key: null })
      expect(refusal(inQuery), `${method} ${path}?token`).toMatchObject({ status: 403, code: 'forbidden' })
      expect(inQuery.headers.get('referrer-policy')).toBe('no-referrer')
    }
  })

  it('is answered 401 when it is forged or has expired, and an API key in the query always', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    const { token } = await tokenFor(a, id, { seconds: 60 })
    const forged = signJobToken(Buffer.alloc(32, 1), { jobId: id, tenantId: 'tnt_default', keyId: 'key_1', expiresAt: 9e12 })
    for (const wrong of [forged, 'nonsense', '', ADMIN_KEY]) {
      const answer = await a.ask('GET', `/v1/jobs/${id}?token=${wrong}`, { key: null })
      expect(refusal(answer)).toMatchObject({ status: 401, code: 'unauthorized' })
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    }
    await a.world.clock.push(59_999)
    expect((await a.ask('GET', `/v1/jobs/${id}`, { key: token })).status).toBe(200)
    await a.world.clock.push(1)
    expect((await a.ask('GET', `/v1/jobs/${id}`, { key: token })).status).toBe(401)
    expect((await a.ask('GET', `/v1/jobs?token=${token}`, { key: null })).status).toBe(401)
  })

  it('shows nothing that is the operator’s, though the operator asked for it', async () => {
    await using a = await appWorld({
      handlers: {
        noop: () => ({ kind: 'failed', failure: { code: 'x', message: 'm', retryable: false, details: null, internal: INTERNAL } }),
      },
    })
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    const { token } = await tokenFor(a, id)
    expect((await a.ask('GET', `/v1/jobs/${id}`)).json.error.internal).toBeDefined()
    expect((await a.ask('GET', `/v1/jobs/${id}`, { key: token })).json.error).not.toHaveProperty('internal')
  })

  it('leaves a stream when it expires, within a second', async () => {
    await using a = await liveWorld()
    const id = await a.world.submit()
    const { token } = await tokenFor(a, id, { seconds: 60 })
    const stream = await a.stream(`/v1/jobs/${id}/events?token=${token}`, { key: null })
    await stream.count(1)
    await a.world.clock.push(59_000)
    expect(stream.ended).toBe(false)
    await a.world.clock.push(2_000)
    await stream.untilEnd()
  })

  it('ends with its key, and so does every stream of it, within a second', async () => {
    await using a = await liveWorld()
    const { key, secret } = await createApiKey(a.world, 'tnt_default', { name: null, scopes: ['jobs:read'], expiresAt: null })
    const id = await a.world.submit()
    const { token } = await tokenFor(a, id, { key: secret })
    const streams = [
      await a.stream(`/v1/jobs/${id}/events?token=${token}`, { key: null }),
      await a.stream(`/v1/jobs/${id}/events`, { key: secret }),
    ]
    for (const stream of streams) await stream.count(1)
    await revokeApiKey(a.world, { tenantId: null }, key.id)
    await a.world.clock.push(1_000)
    for (const stream of streams) await stream.untilEnd()
    expect((await a.ask('GET', `/v1/jobs/${id}`, { key: token })).status).toBe(401)
  })

  it('that is revoked between the request and its stream ends the stream too', async () => {
    await using a = await liveWorld()
    const { key } = await createApiKey(a.world, 'tnt_default', { name: null, scopes: ['jobs:read'], expiresAt: null })
    await revokeApiKey(a.world, { tenantId: null }, key.id)
    let ended = false
    const leave = a.world.live.open({
      kind: 'job_stream',
      tenantId: 'tnt_default',
      access: { keyId: key.id, expiresAt: null },
      end() {
        ended = true
        leave()
      },
      check() {},
    })
    await a.world.clock.push(1_000)
    await until('it ended', () => ended)
  })
})
