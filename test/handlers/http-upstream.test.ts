import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { RunOutcome } from '../../src/domain/job.ts'
import { anUpstream, jsonOf, workshopWith } from './temp-workshop.ts'

interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** A loopback server; a test's end closes it. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/work`
}

async function outcomeFrom(answer: Answer, maxResult = 1024): Promise<RunOutcome> {
  const url = await serve((request, response) => {
    request.resume()
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  const { start } = await workshopWith({}, { upstreams: [anUpstream({ url })], maxResult })
  return start('up').outcome
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

test("an upstream gets the payload's bytes and says who asks", async () => {
  const got: { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders; body: string }[] = []
  const url = await serve((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      got.push({ method: request.method, url: request.url, headers: request.headers, body })
      response.writeHead(200, JSON_TYPE).end('{"ok":true}')
    })
  })
  const { workshop, start } = await workshopWith({}, { upstreams: [anUpstream({ url })] })
  expect(workshop.types.get('up')).toMatchObject({ type: 'up', source: url, timeoutMs: null, inputSchema: null })
  expect(await workshop.check('up', text('{"any":"JSON"}'))).toEqual([])

  const payload = text('{"big":12345678901234567890}')
  expect(await jsonOf(start('up', null, { payload, attempt: 2, traceparent: '00-ab-cd-01' }))).toEqual({ ok: true })
  await start('up', null, { payload }).outcome
  expect(got[0]).toMatchObject({
    method: 'POST',
    url: '/work',
    body: '{"big":12345678901234567890}',
    headers: {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'ringback-job-id': 'job_1',
      'ringback-attempt': '2',
      'idempotency-key': 'job_1',
      traceparent: '00-ab-cd-01',
    },
  })
  expect(got[1]?.headers).not.toHaveProperty('traceparent')
})

test.each<[string, Answer, object]>([
  [
    'JSON, byte for byte',
    { status: 200, headers: JSON_TYPE, body: '{"n": 12345678901234567890}\n' },
    { kind: 'json', bytes: text('{"n": 12345678901234567890}\n') },
  ],
  ['JSON of another 2xx', { status: 201, headers: JSON_TYPE, body: '7' }, { kind: 'json', bytes: text('7') }],
  [
    'content with its type',
    { status: 200, headers: { 'content-type': 'text/csv' }, body: 'a;b' },
    { kind: 'content', bytes: text('a;b'), contentType: 'text/csv' },
  ],
  [
    'bytes without a type',
    { status: 200, body: new Uint8Array([0, 255]) },
    { kind: 'content', bytes: new Uint8Array([0, 255]), contentType: 'application/octet-stream' },
  ],
  ['null for 204', { status: 204 }, { kind: 'json', bytes: text('null') }],
  ['null for an empty body', { status: 200, headers: JSON_TYPE }, { kind: 'json', bytes: text('null') }],
])('a 2xx answer completes the job with %s', async (_, answer, result) => {
  expect(await outcomeFrom(answer)).toEqual({ kind: 'completed', result })
})

test.each<[string, Answer]>([
  ['is not JSON although it says so', { status: 200, headers: JSON_TYPE, body: '{' }],
  ['begins with a byte order mark', { status: 200, headers: JSON_TYPE, body: '\u{feff}{}' }],
  ['is not UTF-8', { status: 200, headers: JSON_TYPE, body: new Uint8Array([0x22, 0xff, 0x22]) }],
  ['is compressed, which nobody asked for', { status: 200, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync('{}') }],
])('a 2xx answer that %s fails the job with invalid_result', async (_, answer) => {
  expect(await outcomeFrom(answer)).toMatchObject({ kind: 'failed', failure: { code: 'invalid_result', retryable: false } })
})

test('an answer of MAX_RESULT bytes is kept, a longer one fails the job', async () => {
  expect(await outcomeFrom({ status: 200, body: 'x'.repeat(1024) })).toMatchObject({ kind: 'completed' })
  expect(await outcomeFrom({ status: 200, body: 'x'.repeat(1025) })).toMatchObject({
    failure: { code: 'result_too_large', retryable: false },
  })
})

test.each([400, 401, 404, 409, 410, 422])('%i fails the job, with the answer in the details', async (status) => {
  expect(await outcomeFrom({ status, body: 'no such order' })).toEqual({
    kind: 'failed',
    failure: {
      code: 'upstream_rejected',
      message: `The upstream answered ${status}.`,
      retryable: false,
      details: { status, body: 'no such order' },
    },
  })
})

test('at most 4 KiB of a refusing answer are kept', async () => {
  const outcome = await outcomeFrom({ status: 400, body: 'x'.repeat(100_000) })
  expect(outcome).toMatchObject({ failure: { details: { body: 'x'.repeat(4096) } } })
})

test.each([302, 307, 408, 425, 429, 500, 502, 503, 504])('%i is tried again, and no redirect is followed', async (status) => {
  const outcome = await outcomeFrom({ status, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: 'internals' })
  expect(outcome).toEqual({
    kind: 'failed',
    failure: { code: 'upstream_failed', message: `The upstream answered ${status}.`, retryable: true, details: { status } },
  })
})

test.each<[string, number | undefined]>([
  ['30', 30_000],
  ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
  ['999999999', 24 * 3600_000],
  ['soon', undefined],
])('Retry-After: %s asks for %d ms', async (value, retryAfterMs) => {
  const outcome = await outcomeFrom({ status: 503, headers: { 'retry-after': value } })
  expect('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined).toBe(retryAfterMs)
})

test('an upstream that refuses, resets or breaks off is tried again; its address is not told', async () => {
  const reset = await serve((request) => request.socket.resetAndDestroy())
  const cut = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('x', () => request.socket.destroy())
  })
  const port = await freePort()
  const urls = { refused: `http://127.0.0.1:${port}/work`, reset, cut }
  const { start } = await workshopWith({}, { upstreams: Object.entries(urls).map(([type, url]) => anUpstream({ type, url })) })
  for (const type of ['refused', 'reset', 'cut']) {
    const outcome = await start(type).outcome
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'upstream_unreachable', retryable: true, details: null } })
    expect(JSON.stringify(outcome)).not.toContain('127.0.0.1')
  }
})

test("the run's signal ends a call that hangs", async () => {
  let arrived = (): void => {}
  const called = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const url = await serve(() => arrived())
  const { start } = await workshopWith({}, { upstreams: [anUpstream({ url })] })
  const run = start('up')
  await called
  run.abort()
  expect(await run.outcome).toMatchObject({ kind: 'failed' })
})

test('a type that is a module and an upstream stops the start', async () => {
  const module = `import { defineJob } from 'ringback'\nexport default defineJob({ type: 'up', run() {} })`
  await expect(workshopWith({ 'up.ts': module }, { upstreams: [anUpstream({ url: 'http://127.0.0.1:9/' })] })).rejects.toThrow(
    /\/up\.ts: defines the job type "up", which is an upstream too$/,
  )
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
