import { describe, expect, it } from 'vitest'
import type { JobResult } from '../../src/domain/job.ts'
import { appWorld, refusal } from './app-world.ts'

async function finished(result: JobResult) {
  const a = await appWorld({ handlers: { noop: () => ({ kind: 'completed', result }) } })
  a.world.work()
  const id = await a.world.submit()
  await a.world.clock.push(1)
  return { a, path: `/v1/jobs/${id}/result` }
}

describe('GET /v1/jobs/{id}/result', () => {
  it('answers 200 with the JSON the handler answered, byte for byte', async () => {
    const text = '{"b":1.50,"a":12345678901234567890}'
    const { a, path } = await finished({ kind: 'json', bytes: Buffer.from(text) })
    await using _ = a
    const answer = await a.ask('GET', path)
    expect(answer.text).toBe(text)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('content-disposition')).toBeNull()
    expect(answer.headers.get('content-security-policy')).toBe('sandbox')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('answers 200 with a result that is too large for the document', async () => {
    const text = JSON.stringify('x'.repeat(100_000))
    const { a, path } = await finished({ kind: 'json', bytes: Buffer.from(text) })
    await using _ = a
    expect((await a.ask('GET', path)).text).toBe(text)
    expect((await a.ask('GET', path.replace('/result', ''))).json.result).toBeNull()
  })

  it('answers 200 with any other content as an attachment of its own type', async () => {
    const bytes = Buffer.from([0, 255, 1])
    const { a, path } = await finished({ kind: 'content', bytes, contentType: 'text/html; charset=utf-8' })
    await using _ = a
    const response = await a.app.request(path, { headers: { authorization: 'Bearer operator-key-0123456789abcdef0123456789abcdef' } })
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe('attachment')
    expect(response.headers.get('content-security-policy')).toBe('sandbox')
  })

  it('answers 303 to the location the handler answered', async () => {
    const { a, path } = await finished({ kind: 'location', url: 'https://files.example/report.pdf' })
    await using _ = a
    const answer = await a.ask('GET', path)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('https://files.example/report.pdf')
  })

  it('answers 409 with Retry-After while the job is not finished', async () => {
    await using a = await appWorld()
    const answer = await a.ask('GET', `/v1/jobs/${await a.world.submit()}/result`)
    expect(refusal(answer)).toMatchObject({ status: 409, code: 'not_finished' })
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  })

  it('answers 409 with the error of a job that failed', async () => {
    const failure = { code: 'no_stock', message: 'None left.', retryable: false, details: { sku: 7 } }
    await using a = await appWorld({ handlers: { noop: () => ({ kind: 'failed', failure }) } })
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(1)
    const answer = await a.ask('GET', `/v1/jobs/${id}/result`)
    expect(refusal(answer)).toMatchObject({ status: 409, code: 'job_failed' })
    expect(answer.json.error).toEqual(failure)
  })

  it('answers 409 for a canceled job', async () => {
    await using a = await appWorld()
    const id = await a.world.submit()
    await a.ask('POST', `/v1/jobs/${id}/cancel`)
    expect(refusal(await a.ask('GET', `/v1/jobs/${id}/result`))).toMatchObject({ status: 409, code: 'job_canceled' })
  })

  it('answers 410 after retention', async () => {
    await using a = await appWorld({ settings: { retentionMs: 1000 } })
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(2000)
    expect(refusal(await a.ask('GET', `/v1/jobs/${id}/result`))).toMatchObject({ status: 410, code: 'gone' })
  })
})
