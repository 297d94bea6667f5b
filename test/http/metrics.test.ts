import { describe, expect, it } from 'vitest'
import { appWorld, refusal } from './app-world.ts'

describe('GET /metrics', () => {
  it('answers 200 with the text format of Prometheus', async () => {
    await using a = await appWorld()
    const answer = await a.ask('GET', '/metrics')
    expect(answer).toMatchObject({ status: 200, text: '# figures\n' })
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  it('answers 401 without a key, and 403 to a partner’s', async () => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', '/metrics', { key: null }))).toMatchObject({ status: 401 })
    expect(refusal(await a.ask('GET', '/metrics', { key: await a.tenantKey() }))).toMatchObject({ status: 403 })
  })
})
