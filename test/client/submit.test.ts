import { describe, expect, it } from 'vitest'
import { RawJson, RingbackError } from '../../src/client/index.ts'
import { connectionRefused, job, json, never, passing, problem, type Scripted, scripted } from './scripted-service.ts'

const accepted = json(202, job({ status: 'pending' }))

describe('a submit', () => {
  it('sends type, payload and options as the wire has them, with the key of the client', async () => {
    const { client, asked } = scripted(accepted)
    const handle = await client.jobs.submit('report', { year: 2026 }, { callback_url: 'https://a.example/', tags: ['x'], priority: 5 })
    expect(handle.id).toBe('job_1')
    expect(handle.document).toMatchObject({ id: 'job_1', status: 'pending' })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/v1/jobs' })
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer key-1')
    expect(asked[0]?.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      type: 'report',
      payload: { year: 2026 },
      callback_url: 'https://a.example/',
      tags: ['x'],
      priority: 5,
    })
  })

  it('has no payload member without a payload, and takes JSON text as it is', async () => {
    const { client, asked } = scripted(accepted)
    await client.jobs.submit('report')
    await client.jobs.submit('report', new RawJson('{"n": 12345678901234567890}'))
    expect(asked.map(({ body }) => body)).toEqual(['{"type":"report"}', '{"type":"report","payload":{"n": 12345678901234567890}}'])
    expect(() => new RawJson('{n:1}')).toThrow(SyntaxError)
  })

  it.each<[string, Scripted]>([
    ['no connection', connectionRefused],
    ['a twin that is still being stored', problem(409, 'in_flight')],
    ['a limit', problem(429, 'rate_limited')],
    ['a bad gateway', new Response('<html>', { status: 502 })],
    ['an overload', problem(503, 'overloaded')],
    ['a gateway that waited in vain', new Response('', { status: 504 })],
    ['an answer that is cut', brokenBody],
  ])('is sent again after %s, with the same key and the same bytes', async (_what, failure) => {
    const { client, clock, asked } = scripted(failure, failure, accepted)
    await passing(clock, client.jobs.submit('report', { a: 1 }))
    expect(asked).toHaveLength(3)
    const keys = new Set(asked.map(({ headers }) => headers.get('idempotency-key')))
    expect([...keys]).toEqual([expect.stringMatching(/^[\x21-\x7e]{16,255}$/)])
    expect(new Set(asked.map(({ body }) => body)).size).toBe(1)
  })

  it('makes another key for another submit, and takes the one it is given', async () => {
    const { client, asked } = scripted(accepted)
    await client.jobs.submit('report')
    await client.jobs.submit('report')
    await client.jobs.submit('report', null, { idempotencyKey: 'order-7' })
    const keys = asked.map(({ headers }) => headers.get('idempotency-key'))
    expect(new Set(keys).size).toBe(3)
    expect(keys[2]).toBe('order-7')
    expect(JSON.parse(asked[2]?.body ?? '')).toEqual({ type: 'report', payload: null })
  })

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const date = new Date(Date.parse('2026-01-01T00:00:00.000Z') + 17_000).toUTCString()
    const { client, clock, asked } = scripted(
      problem(429, 'rate_limited', { 'retry-after': '7' }),
      problem(503, 'overloaded', { 'retry-after': date }),
      accepted,
    )
    await passing(clock, client.jobs.submit('report'))
    expect(asked.map(({ at }) => at)).toEqual([0, 7_000, 17_000])
  })

  it('waits half a second to eight without Retry-After', async () => {
    const { client, clock, asked } = scripted(connectionRefused)
    await passing(clock, client.jobs.submit('report')).catch(() => {})
    const waits = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0))
    expect(waits.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 4_000])
    expect(Math.max(...waits)).toBeLessThanOrEqual(8_000)
  })

  it('gives up when its budget is spent, with the last failure', async () => {
    const { client, clock, asked } = scripted(problem(503, 'overloaded'))
    await expect(passing(clock, client.jobs.submit('report', {}, { budgetMs: 5_000 }))).rejects.toMatchObject({
      status: 503,
      code: 'overloaded',
    })
    expect(asked.at(-1)?.at).toBeLessThanOrEqual(5_000)
    const lost = scripted(connectionRefused)
    await expect(passing(lost.clock, lost.client.jobs.submit('report'))).rejects.toMatchObject({
      name: 'RingbackError',
      status: 0,
      code: 'network_error',
      detail: 'fetch failed: connect ECONNREFUSED',
    })
    expect(lost.asked.at(-1)?.at).toBeGreaterThan(60_000)
  })

  it('does not wait for a time beyond its budget', async () => {
    const { client, asked, clock } = scripted(problem(429, 'rate_limited', { 'retry-after': '3600' }))
    await expect(client.jobs.submit('report')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 3600 })
    expect([asked.length, clock.pending()]).toEqual([1, 0])
  })

  it('takes an attempt without an answer for a failed one after half a minute', async () => {
    const { client, clock, asked } = scripted(never, accepted)
    await passing(clock, client.jobs.submit('report'))
    expect(asked.map(({ at }) => at)).toEqual([0, 30_500])
    expect(asked[0]?.signal?.aborted).toBe(true)
  })

  it.each([400, 401, 403, 404, 409, 413, 415, 422, 500])('is not sent again after %i', async (status) => {
    const { client, asked } = scripted(problem(status, 'conflict'))
    await expect(client.jobs.submit('report')).rejects.toMatchObject({ status })
    expect(asked).toHaveLength(1)
  })

  it('ends with the reason of its signal, in flight and while it rests', async () => {
    const inFlight = new AbortController()
    const waiting = scripted(never).client.jobs.submit('report', {}, { signal: inFlight.signal })
    inFlight.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const resting = new AbortController()
    const { client, clock } = scripted(connectionRefused)
    const rested = client.jobs.submit('report', {}, { signal: resting.signal })
    rested.catch(() => {})
    await clock.push(100)
    resting.abort(new Error('enough'))
    await expect(rested).rejects.toThrow('enough')
    expect(clock.pending()).toBe(0)
  })

  it('of a rerun has one key as well', async () => {
    const { client, clock, asked } = scripted(connectionRefused, json(202, job({ id: 'job_2', rerun_of: 'job_1' })))
    const handle = await passing(clock, client.jobs.rerun('job_1'))
    expect(handle.id).toBe('job_2')
    expect(asked.map(({ path }) => path)).toEqual(['/v1/jobs/job_1/rerun', '/v1/jobs/job_1/rerun'])
    expect(new Set(asked.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1)
  })
})

describe('a refusal', () => {
  it('tells status, code, detail, request, wait and faults', async () => {
    const errors = [{ pointer: '/type', detail: 'Must be there.' }]
    const refused = json(422, { code: 'invalid_request', detail: 'A value is wrong.', request_id: 'req_7', errors }, { 'retry-after': '3' })
    const error = await scripted(refused)
      .client.jobs.get('job_1')
      .catch((reason) => reason)
    expect(error).toBeInstanceOf(RingbackError)
    expect(error).toMatchObject({
      status: 422,
      code: 'invalid_request',
      detail: 'A value is wrong.',
      requestId: 'req_7',
      retryAfterSeconds: 3,
      errors,
    })
  })

  it('that is no problem document is told by its status', async () => {
    await expect(scripted(new Response('<h1>Bad gateway</h1>', { status: 502 })).client.jobs.get('job_1')).rejects.toMatchObject({
      status: 502,
      code: 'http_502',
      requestId: null,
      retryAfterSeconds: null,
      errors: [],
    })
    const moved = new Response(null, { status: 301, headers: { location: 'https://elsewhere.example/v1/jobs' } })
    await expect(scripted(moved).client.secret.get()).rejects.toThrow('redirects to https://elsewhere.example/v1/jobs')
  })

  it('of a read is told at once', async () => {
    const { client, asked } = scripted(problem(503, 'overloaded', { 'retry-after': '7' }))
    await expect(client.deliveries.get('dlv_1')).rejects.toMatchObject({ retryAfterSeconds: 7 })
    expect(asked).toHaveLength(1)
  })
})

/** An answer whose connection breaks in the middle of its body. */
function brokenBody(): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"id":"jo'))
        controller.error(new TypeError('terminated'))
      },
    }),
    { status: 202 },
  )
}
