import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import { newSecret, signingKey, verify } from '../../src/domain/signature.ts'
import { StopRun } from '../../src/ports/executor.ts'
import { PATIENCE } from '../support/patience.ts'
import { anUpstream, executorWith, jsonOf, SECRET } from './temp-executor.ts'

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
  const { start } = await executorWith({}, { upstreams: [anUpstream({ url })], maxResult })
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
  const { executor, start } = await executorWith({}, { upstreams: [anUpstream({ url })] })
  expect(executor.types.get('up')).toMatchObject({ type: 'up', source: url, timeoutMs: null, inputSchema: null })
  expect(await executor.check('up', text('{"any":"JSON"}'))).toEqual([])

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
      'user-agent': 'Ringback/0.0.0-test',
      'ringback-job-id': 'job_1',
      'ringback-type': 'up',
      'ringback-tenant': 'tnt_default',
      'ringback-attempt': '2',
      'ringback-deadline': '2026-01-01T01:00:00.000Z',
      'idempotency-key': 'job_1',
      'webhook-id': 'job_1-2',
      'webhook-timestamp': '1767225600',
      traceparent: '00-ab-cd-01',
    },
  })
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = got[0]?.headers ?? {}
  const message = { id: String(id), timestamp: String(timestamp), signature: String(signature), body: payload }
  expect(verify([signingKey(SECRET)], message, Number(timestamp))).toBe(true)
  expect(got[1]?.headers).not.toHaveProperty('traceparent')
})

test('while the secret rotates a request is signed with both, and the operator’s headers go with it', async () => {
  const got = Promise.withResolvers<IncomingHttpHeaders>()
  const url = await serve((request, response) => {
    got.resolve(request.headers)
    request.resume()
    response.end()
  })
  const older = newSecret(new Uint8Array(32).fill(8))
  const upstreams = [anUpstream({ url, headers: { authorization: 'Bearer canary-canary' } })]
  const { start } = await executorWith({}, { upstreams, signingSecrets: async () => [SECRET, older] })
  await start('up').outcome
  const headers = await got.promise
  expect(headers.authorization).toBe('Bearer canary-canary')
  expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
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
  [
    'JSON in an encoding that is none',
    { status: 200, headers: { ...JSON_TYPE, 'content-encoding': 'Identity' }, body: '1' },
    { kind: 'json', bytes: text('1') },
  ],
  [
    'JSON in an encoding without a name',
    { status: 200, headers: { ...JSON_TYPE, 'content-encoding': '' }, body: '1' },
    { kind: 'json', bytes: text('1') },
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

test.each([400, 401, 404, 409, 410, 422])('%i fails the job; what the upstream said is for the operator', async (status) => {
  expect(await outcomeFrom({ status, body: 'no such order' })).toEqual({
    kind: 'failed',
    failure: {
      code: 'upstream_rejected',
      message: `The upstream answered ${status}.`,
      retryable: false,
      details: { status },
      internal: { name: `upstream answered ${status}`, message: 'no such order', stack: '' },
    },
    health: 'ok',
  })
})

test('at most 8 KiB of a refusing answer are kept', async () => {
  const outcome = await outcomeFrom({ status: 400, body: 'x'.repeat(100_000) })
  if (outcome.kind !== 'failed') throw new Error('not failed')
  expect(outcome.failure.internal?.message).toMatch(/^x{6000,8000}…$/)
})

test('a header value that an upstream echoes is not kept', async () => {
  const url = await serve((request, response) => {
    request.resume()
    response.writeHead(403).end(`no: ${request.headers.authorization} of ${request.headers.authorization?.split(' ')[1]}`)
  })
  const { start, lines } = await executorWith({}, { upstreams: [anUpstream({ url, headers: { authorization: 'Bearer canary-canary' } })] })
  const outcome = await start('up').outcome
  expect(outcome).toMatchObject({ failure: { code: 'upstream_rejected', internal: { message: 'no: … of …' } } })
  expect(JSON.stringify(lines)).not.toContain('canary')
})

test.each([302, 307, 408, 425, 429, 500, 502, 503, 504])('%i is tried again, and no redirect is followed', async (status) => {
  const outcome = await outcomeFrom({ status, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: 'internals' })
  expect(outcome).toEqual({
    kind: 'failed',
    failure: {
      code: 'upstream_failed',
      message: `The upstream answered ${status}.`,
      retryable: true,
      details: { status },
      internal: { name: `upstream answered ${status}`, message: 'internals', stack: '' },
    },
    health: [429, 502, 503, 504].includes(status) ? 'busy' : 'ok',
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

/** A server that answers with these bytes, then ends the connection. */
async function serveRaw(...answers: string[]): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      for (const answer of answers) socket.write(answer)
      socket.end()
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/work`
}

test('an upstream that refuses, resets or closes without a byte has answered nothing; its address is not told', async () => {
  const urls = {
    refused: `http://127.0.0.1:${await freePort()}/work`,
    reset: await serve((request) => request.socket.resetAndDestroy()),
    closed: await serveRaw(),
    unknown: 'http://no-such-host.invalid/work',
    'no-tls': (await serveRaw('HTTP/1.1 200 OK\r\n\r\n')).replace('http:', 'https:'),
  }
  const { start } = await executorWith({}, { upstreams: Object.entries(urls).map(([type, url]) => anUpstream({ type, url })) })
  for (const type of Object.keys(urls)) {
    const outcome = await start(type).outcome
    const { internal, ...told } = outcome.kind === 'unanswered' ? outcome.failure : {}
    expect(told, type).toEqual({ code: 'upstream_unreachable', message: 'The upstream gave no answer.', retryable: true, details: null })
    expect(internal, type).toBeDefined()
  }
})

test('an answer that is broken off, or is no HTTP, is a failed attempt', async () => {
  const urls = {
    cut: await serveRaw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx'),
    'cut-chunk': await serveRaw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
    garbage: await serveRaw('SSH-2.0-nonsense\r\n'),
    upgrade: await serveRaw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
  }
  const { start } = await executorWith({}, { upstreams: Object.entries(urls).map(([type, url]) => anUpstream({ type, url })) })
  for (const type of Object.keys(urls)) {
    const failure = { code: 'upstream_unreachable', message: 'The upstream gave no whole answer.', retryable: true }
    expect(await start(type).outcome, type).toMatchObject({ kind: 'failed', failure })
  }
})

test('interim answers that nobody asked for are passed over', async () => {
  const interim = ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 102 Processing\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n']
  const url = await serveRaw(...interim, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n7')
  const { start } = await executorWith({}, { upstreams: [anUpstream({ url })] })
  expect(await jsonOf(start('up'))).toBe(7)
})

test('a connection that the upstream closed while it was kept costs no attempt: the request is made once more', async () => {
  let requests = 0
  const url = await serve((request, response) => {
    requests += 1
    // The second request comes on the connection of the first.
    if (requests === 2) return request.socket.destroy()
    request.resume()
    response.writeHead(200, JSON_TYPE).end(String(requests))
  })
  const { start } = await executorWith({}, { upstreams: [anUpstream({ url })] })
  expect(await jsonOf(start('up'))).toBe(1)
  expect(await jsonOf(start('up'))).toBe(3)
})

/** An upstream that hangs, and what it is told at its cancel URL. */
async function hanging() {
  const called = Promise.withResolvers<void>()
  const told: { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders }[] = []
  const url = await serve((request, response) => {
    if (request.method === 'POST') return called.resolve()
    told.push({ method: request.method, url: request.url, headers: request.headers })
    response.end()
  })
  const cancelUrl = new URL('/jobs/%7Bjob_id%7D?x=1', url).href.replaceAll(/%7B/gi, '{').replaceAll(/%7D/gi, '}')
  return { url, cancelUrl, called: called.promise, told }
}

test.each(['cancel', 'timeout'] as const)('a %s is told with one signed DELETE, and nobody waits for its answer', async (why) => {
  const { url, cancelUrl, called, told } = await hanging()
  const { start, clock } = await executorWith({}, { upstreams: [anUpstream({ url, cancelUrl, headers: { 'x-key': 'k' } })] })
  const run = start('up', null, { timeoutMs: 5_000 })
  await called
  if (why === 'cancel') run.abort(new StopRun('cancel', 4_500))
  else await clock.push(5_000)
  expect((await run.outcome).kind).toBe(why === 'cancel' ? 'handed_back' : 'timeout')
  await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE)
  const [{ method, url: path, headers } = { headers: {} }] = told
  expect({ method, path }).toEqual({ method: 'DELETE', path: '/jobs/job_1?x=1' })
  expect(headers).toMatchObject({ 'ringback-job-id': 'job_1', 'ringback-type': 'up', 'webhook-id': 'job_1-1', 'x-key': 'k' })
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name]))
  const message = { id: String(id), timestamp: String(timestamp), signature: String(signature), body: new Uint8Array() }
  expect(verify([signingKey(SECRET)], message, Number(timestamp))).toBe(true)
})

test('a stop of this process is no cancel: nothing is told', async () => {
  const { url, cancelUrl, called, told } = await hanging()
  const { start } = await executorWith({}, { upstreams: [anUpstream({ url, cancelUrl })] })
  const run = start('up')
  await called
  run.abort(new StopRun('shutdown', 4_500))
  expect(await run.outcome).toEqual({ kind: 'handed_back' })
  expect(told).toEqual([])
})

test('a type that is a module and an upstream stops the start', async () => {
  const module = `import { defineJob } from 'ringback'\nexport default defineJob({ type: 'up', run() {} })`
  await expect(executorWith({ 'up.ts': module }, { upstreams: [anUpstream({ url: 'http://127.0.0.1:9/' })] })).rejects.toThrow(
    /\/up\.ts: defines the job type "up", which is an upstream too$/,
  )
})

const SCHEMA = {
  type: 'object',
  required: ['page'],
  additionalProperties: false,
  properties: { page: { type: 'integer', minimum: 1 }, 'a/b': { type: 'string' }, code: { pattern: '^(a+)+$' } },
}

test.each<[string, unknown, { pointer: string; detail: string }[]]>([
  ['fits', { page: 1 }, []],
  ['lacks a member', {}, [{ pointer: '/page', detail: 'is required' }]],
  ['has one too many', { page: 1, x: 1 }, [{ pointer: '/x', detail: 'must NOT have additional properties' }]],
  [
    'has a wrong value',
    { page: 0, 'a/b': 7 },
    [
      { pointer: '/page', detail: 'must be >= 1' },
      { pointer: '/a~1b', detail: 'must be string' },
    ],
  ],
  ['is no object', 7, [{ pointer: '', detail: 'must be object' }]],
])('a payload that %s is told so by the input schema', async (_, payload, faults) => {
  const { check, executor } = await executorWith({}, { upstreams: [anUpstream({ url: 'http://127.0.0.1:9/', inputSchema: SCHEMA })] })
  expect(await check('up', payload)).toEqual(faults)
  expect(executor.types.get('up')?.inputSchema).toEqual(SCHEMA)
})

test.each([
  'http://json-schema.org/draft-07/schema#',
  'https://json-schema.org/draft/2019-09/schema',
  'https://json-schema.org/draft/2020-12/schema',
])('a schema may be of %s', async ($schema) => {
  const upstreams = [anUpstream({ url: 'http://127.0.0.1:9/', inputSchema: { $schema, type: 'string', format: 'email' } })]
  const { check } = await executorWith({}, { upstreams })
  expect(await check('up', 'no address, but formats are annotations')).toEqual([])
  expect(await check('up', 7)).toHaveLength(1)
})

test.each<[string, object]>([
  ['a type that is none', { type: 'sting' }],
  ['another document', { $ref: 'https://example.com/schema.json' }],
  ['a pattern that is none', { pattern: '(' }],
])('a schema with %s stops the start with a line that names the type', async (_, inputSchema) => {
  await expect(executorWith({}, { upstreams: [anUpstream({ url: 'http://127.0.0.1:9/', inputSchema })] })).rejects.toThrow(
    /^UPSTREAMS_FILE: up has input_schema, which cannot be used: [^\n]+$/,
  )
})

test('a payload on which a pattern takes for ever is refused as overload, and the next one is checked', async () => {
  const { check, clock } = await executorWith({}, { upstreams: [anUpstream({ url: 'http://127.0.0.1:9/', inputSchema: SCHEMA })] })
  const slow = expect(check('up', { page: 1, code: `${'a'.repeat(60)}!` })).rejects.toMatchObject({ code: 'overloaded' })
  await clock.push(2_000)
  await slow
  await vi.waitFor(async () => expect(await check('up', { page: 1 })).toEqual([]), PATIENCE)
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('an upstream is reached by its name, whichever of its addresses answers', async () => {
  const url = await serve((request, response) => {
    request.resume()
    response.writeHead(200, JSON_TYPE).end('1')
  })
  const { start } = await executorWith({}, { upstreams: [anUpstream({ url: url.replace('127.0.0.1', 'localhost') })] })
  expect(await jsonOf(start('up'))).toBe(1)
})
