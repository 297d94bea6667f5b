import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { JobResult } from '../../src/domain/job-outcome.ts'
import { MARK_AFTER_MS } from '../../src/lifecycle/jobs/run-job.ts'
import { ADMIN_KEY, appWorld, refusal } from './app-world.ts'

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

  it.each([
    ['', 409],
    ['?pending=503', 503],
  ])('with %j answers %i with Retry-After while the job is not finished', async (query, status) => {
    await using a = await appWorld()
    const answer = await a.ask('GET', `/v1/jobs/${await a.world.submit()}/result${query}`)
    expect(refusal(answer)).toMatchObject({ status, code: 'not_finished' })
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  })

  it('with `pending=503` answers anything else as ever', async () => {
    const { a, path } = await finished({ kind: 'json', bytes: Buffer.from('1') })
    await using _ = a
    expect((await a.ask('GET', `${path}?pending=503`)).status).toBe(200)
    expect(refusal(await a.ask('GET', `${path}?pending=409`))).toMatchObject({ status: 422, pointers: ['?pending'] })
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

describe('parts of a result', () => {
  const LARGE = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 251))
  const digest = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
  const operator = { authorization: `Bearer ${ADMIN_KEY}` }

  it.each([
    ['small', Buffer.from('[1,2,3]'), { kind: 'json' as const }],
    ['large', LARGE, { kind: 'content' as const, contentType: 'application/x-tar' }],
  ])('are answered with 206, their place and their own digest: a %s one', async (_name, bytes, kind) => {
    const { a, path } = await finished({ ...kind, bytes })
    await using _ = a
    const get = async (headers: Record<string, string>, method = 'GET') => {
      const response = await a.app.request(path, { method, headers: { ...operator, ...headers } })
      return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
    }
    const whole = await get({})
    expect(whole.status).toBe(200)
    expect(whole.bytes).toEqual(bytes)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(whole.headers.get('content-length')).toBe(String(bytes.byteLength))
    expect(whole.headers.get('content-digest')).toBe(digest(bytes))
    const etag = whole.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[^"]+"$/)

    const part = await get({ range: 'bytes=2-4' })
    expect(part.status).toBe(206)
    expect(part.bytes).toEqual(bytes.subarray(2, 5))
    expect(part.headers.get('content-range')).toBe(`bytes 2-4/${bytes.byteLength}`)
    expect(part.headers.get('content-length')).toBe('3')
    expect(part.headers.get('content-digest')).toBe(digest(bytes.subarray(2, 5)))
    expect(part.headers.get('etag')).toBe(etag)
    expect((await get({ range: 'bytes=-2' })).bytes).toEqual(bytes.subarray(-2))

    expect(await get({ range: 'bytes=2-4', 'if-range': etag })).toMatchObject({ status: 206 })
    expect(await get({ range: 'bytes=2-4', 'if-range': '"other"' })).toMatchObject({ status: 200 })
    expect(await get({ range: 'bytes=0-1,3-4' })).toMatchObject({ status: 200 })

    const known = await get({ 'if-none-match': etag, range: 'bytes=2-4' })
    expect(known).toMatchObject({ status: 304, bytes: Buffer.alloc(0) })
    expect(known.headers.get('etag')).toBe(etag)

    const head = await get({ range: 'bytes=2-4' }, 'HEAD')
    expect(head).toMatchObject({ status: 200, bytes: Buffer.alloc(0) })
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers))
  })

  it('that begin behind its end are refused with its size', async () => {
    const { a, path } = await finished({ kind: 'json', bytes: Buffer.from('[1,2,3]') })
    await using _ = a
    const answer = await a.ask('GET', path, { headers: { range: 'bytes=7-' } })
    expect(refusal(answer)).toMatchObject({ status: 416, code: 'range_not_satisfiable' })
    expect(answer.headers.get('content-range')).toBe('bytes */7')
  })
})

describe('the document and the file name of a result', () => {
  it('say of what type it is and how large, and under which name it is saved', async () => {
    const bytes = Buffer.from('a;b')
    const results: Record<string, JobResult> = {
      file: { kind: 'content', bytes, contentType: 'text/csv', filename: 'März.csv' },
      plain: { kind: 'content', bytes, contentType: 'text/csv' },
      json: { kind: 'json', bytes: Buffer.from('[1]') },
      elsewhere: { kind: 'location', url: 'https://files.example/1' },
    }
    const handlers = Object.fromEntries(
      Object.entries(results).map(([type, result]) => [type, () => ({ kind: 'completed' as const, result })]),
    )
    await using a = await appWorld({ handlers })
    a.world.work()
    const ended = async (type: string) => {
      const id = await a.world.submit({ type })
      await a.world.clock.push(MARK_AFTER_MS)
      const { result_type, result_bytes } = (await a.ask('GET', `/v1/jobs/${id}`)).json
      const { headers } = await a.ask('GET', `/v1/jobs/${id}/result`)
      return [result_type, result_bytes, headers.get('content-disposition')]
    }
    expect(await ended('file')).toEqual(['text/csv', 3, `attachment; filename="M_rz.csv"; filename*=UTF-8''M%C3%A4rz.csv`])
    expect(await ended('plain')).toEqual(['text/csv', 3, 'attachment'])
    expect(await ended('json')).toEqual(['application/json', 3, null])
    expect(await ended('elsewhere')).toEqual([null, null, null])
  })
})
