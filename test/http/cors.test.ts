import { describe, expect, it } from 'vitest'
import { appWorld } from './app-world.ts'

const PAGE = 'https://app.example'
const preflight = (method: string, origin = PAGE) => ({
  key: null,
  headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
})

describe('CORS_ORIGINS', () => {
  it('is none by default: no answer names an origin, and no preflight is answered', async () => {
    await using a = await appWorld()
    const answer = await a.ask('GET', '/v1/jobs', { headers: { origin: PAGE } })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect((await a.ask('OPTIONS', '/v1/jobs', preflight('GET'))).status).toBe(405)
  })

  it('lets the pages of its origins read, also what is refused, and never with cookies', async () => {
    await using a = await appWorld({ corsOrigins: [PAGE, 'https://other.example'] })
    for (const [path, key, status] of [
      ['/v1/jobs', undefined, 200],
      ['/v1/jobs/job_0', undefined, 404],
      ['/v1/jobs', null, 401],
    ] as const) {
      const answer = await a.ask('GET', path, { headers: { origin: PAGE }, ...(key === undefined ? {} : { key }) })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
      expect(answer.headers.get('vary')).toBe('Origin')
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        'Location, Retry-After, ETag, Link, Preference-Applied, Idempotent-Replayed, RateLimit, RateLimit-Policy',
      )
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('lets them submit, and do nothing else that writes', async () => {
    await using a = await appWorld({ corsOrigins: [PAGE] })
    const submitted = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' }, headers: { origin: PAGE } })
    expect(submitted.headers.get('access-control-allow-origin')).toBe(PAGE)
    const canceled = await a.ask('POST', `/v1/jobs/${submitted.json.id}/cancel`, { headers: { origin: PAGE } })
    expect(canceled.headers.get('access-control-allow-origin')).toBeNull()
    expect((await a.ask('OPTIONS', `/v1/jobs/${submitted.json.id}/cancel`, preflight('POST'))).status).toBe(405)
    expect((await a.ask('OPTIONS', '/v1/tenants', preflight('POST'))).status).toBe(405)
  })

  it('answers a preflight with the methods and headers that a page may use', async () => {
    await using a = await appWorld({ corsOrigins: [PAGE] })
    const answer = await a.ask('OPTIONS', '/v1/jobs', preflight('POST'))
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST, HEAD')
    expect(answer.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, idempotency-key, if-none-match, last-event-id, prefer, traceparent',
    )
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect((await a.ask('OPTIONS', '/v1/jobs/job_1/events', preflight('GET'))).status).toBe(204)
  })

  it('names no other origin, and tells caches that the answer depends on it', async () => {
    await using a = await appWorld({ corsOrigins: [PAGE] })
    for (const origin of ['https://app.example.evil', 'http://app.example', 'null', 'https://app.example:444']) {
      const answer = await a.ask('GET', '/v1/jobs', { headers: { origin } })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.headers.get('vary')).toBe('Origin')
      expect((await a.ask('OPTIONS', '/v1/jobs', preflight('GET', origin))).status).toBe(405)
    }
  })

  it('* lets every page in, by name of none', async () => {
    await using a = await appWorld({ corsOrigins: ['*'] })
    const answer = await a.ask('GET', '/v1/jobs', { headers: { origin: 'https://anybody.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect((await a.ask('OPTIONS', '/v1/jobs', preflight('POST', 'null'))).headers.get('access-control-allow-origin')).toBe('*')
  })
})
