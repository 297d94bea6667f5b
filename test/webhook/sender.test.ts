import { expect, test } from 'vitest'
import { settle, until } from '../support/clock.ts'
import { answering, post, receiving, requestTo, sending, TIMEOUT_MS } from './sending.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

test('sends exactly the given headers in their order, and the given bytes', async () => {
  const { sender } = sending()
  const receiver = await answering(OK)
  const body = Buffer.from('{"text":"größe","n":12345678901234567890}')
  await post(sender, receiver, { headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1', 'x-caf': '\u00e9' }, body })
  expect(receiver.requests).toEqual([
    `POST /hooks HTTP/1.1\r\nhost: 127.0.0.1:${receiver.port}\r\nconnection: keep-alive\r\n` +
      `content-type: application/json\r\nwebhook-id: evt_1\r\nx-caf: \u00e9\r\ncontent-length: ${body.length}\r\n\r\n` +
      body.toString('latin1'),
  ])
})

test('sends path and query of the URL, and no fragment', async () => {
  const { sender } = sending()
  const receiver = await answering(OK)
  await sender.send(requestTo(`http://127.0.0.1:${receiver.port}/a%20b?x=1&y=%2F#part`), new AbortController().signal)
  expect(receiver.requests[0]).toMatch(/^POST \/a%20b\?x=1&y=%2F HTTP\/1.1\r\n/)
})

test.each([200, 201, 204, 299, 301, 400, 404, 410, 429, 500, 503, 599])('reports the status %i as an answer', async (status) => {
  const { sender } = sending()
  const receiver = await answering(`HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n`)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'answered', status, error: null })
})

test('keeps headers in lower case, several of a name joined, and the body', async () => {
  const { sender } = sending()
  const receiver = await answering('HTTP/1.1 503 X\r\nRetry-After: 5\r\nRetry-After: 10\r\nX-Caf: \u00e9\r\nContent-Length: 4\r\n\r\nbusy')
  expect(await post(sender, receiver)).toEqual({
    kind: 'answered',
    status: 503,
    error: null,
    errorCause: null,
    ms: 0,
    responseHeaders: { 'retry-after': '5, 10', 'x-caf': '\u00c3\u00a9', 'content-length': '4' },
    responseBody: Buffer.from('busy'),
  })
})

test.each([301, 302, 303, 307, 308])('never follows a %i', async (status) => {
  const { sender } = sending()
  const other = await answering(OK)
  const receiver = await answering(`HTTP/1.1 ${status} X\r\nlocation: http://127.0.0.1:${other.port}/\r\ncontent-length: 0\r\n\r\n`)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'answered', status })
  expect(other.connections).toBe(0)
})

test.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, br'])('keeps a body of coding %s as the bytes that came', async (coding) => {
  const { sender } = sending()
  const bytes = Buffer.from([0x1f, 0x8b, 8, 0, 0xff, 0xfe])
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${bytes.length}\r\n\r\n`
  const receiver = await answering(Buffer.concat([Buffer.from(head), bytes]))
  expect((await post(sender, receiver)).responseBody).toEqual(bytes)
})

test('answers to HTTP/1.0 receivers count', async () => {
  const { sender } = sending()
  const receiver = await answering('HTTP/1.0 200 OK\r\n\r\nfine', { hangUp: true })
  expect(await post(sender, receiver)).toMatchObject({ kind: 'answered', status: 200, responseBody: Buffer.from('fine') })
})

test('the next callback to a destination uses its connection, one request at a time', async () => {
  const { sender } = sending()
  const receiver = await answering(OK)
  for (let n = 1; n <= 3; n++) {
    expect(await post(sender, receiver)).toMatchObject({ status: 200 })
    await settle()
  }
  expect(receiver).toMatchObject({ connections: 1, requests: { length: 3 } })
  await Promise.all([post(sender, receiver), post(sender, receiver)])
  expect(receiver.connections).toBe(2)
})

test('opens no more connections to a destination than it may', async () => {
  const { sender } = sending({ perDestinationConnections: 2 })
  const receiver = await answering(OK)
  await Promise.all(Array.from({ length: 20 }, () => post(sender, receiver)))
  expect(receiver).toMatchObject({ connections: 2, requests: { length: 20 } })
})

test('two destinations share no connection, even to the same origin', async () => {
  const { sender } = sending()
  const receiver = await answering(OK)
  await post(sender, receiver, { destination: 'tnt_1 x' })
  await post(sender, receiver, { destination: 'tnt_2 x' })
  expect(receiver.connections).toBe(2)
})

test('a second response nobody asked for is never credited to the next callback', async () => {
  const { sender } = sending()
  const receiver = await receiving({
    onRequest: (socket, n) => socket.write(n === 1 ? `${OK}HTTP/1.1 202 Stray\r\ncontent-length: 0\r\n\r\n` : OK),
  })
  expect(await post(sender, receiver)).toMatchObject({ status: 200 })
  expect(await post(sender, receiver)).toMatchObject({ status: 200 })
  expect(receiver.connections).toBe(2)
})

test('a destination without callbacks gives its connections back', async () => {
  const { sender, clock } = sending()
  const receiver = await answering(OK)
  await post(sender, receiver)
  expect(receiver.open).toBe(1)
  await clock.push(60_000)
  await until('the connection is closed', () => receiver.open === 0)
  expect(clock.pending()).toBe(0)
  expect(await post(sender, receiver)).toMatchObject({ status: 200 })
})

test('proxies named in the environment are not used', async () => {
  const proxy = await answering(OK)
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
  const before = names.map((name) => process.env[name])
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy.port}`
  try {
    const { sender } = sending()
    const receiver = await answering(OK)
    expect(await post(sender, receiver)).toMatchObject({ status: 200 })
    expect(proxy.connections).toBe(0)
  } finally {
    names.forEach((name, index) => {
      if (before[index] === undefined) delete process.env[name]
      else process.env[name] = before[index]
    })
  }
})

test('an abort interrupts a try at once and closes its connection', async () => {
  const { sender, clock } = sending()
  const receiver = await receiving({})
  const stop = new AbortController()
  const outcome = post(sender, receiver, {}, stop.signal)
  await until('the request is there', () => receiver.requests.length === 1)
  stop.abort()
  expect(await outcome).toMatchObject({ kind: 'interrupted', status: null, error: null })
  await until('the connection is closed', () => receiver.open === 0)
  expect(await post(sender, receiver, {}, stop.signal)).toMatchObject({ kind: 'interrupted' })
  expect(receiver.requests).toHaveLength(1)
  expect(clock.pending()).toBe(1)
})

test('an abort does not take back an answer that was complete', async () => {
  const { sender } = sending()
  const receiver = await answering('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
  const stop = new AbortController()
  const outcome = post(sender, receiver, {}, stop.signal)
  await until('the request is there', () => receiver.requests.length === 1)
  await settle()
  stop.abort()
  expect(await outcome).toMatchObject({ kind: 'answered', status: 200, responseBody: Buffer.from('half') })
})

test('closing ends every try as interrupted, and takes no more', async () => {
  const { sender, clock } = sending({ resolve: () => new Promise(() => {}) })
  const receiver = await receiving({})
  const outcomes = [post(sender, receiver), sender.send(requestTo('http://never-resolved.test/'), new AbortController().signal)]
  await until('the request is there', () => receiver.requests.length === 1)
  await sender.close()
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: 'interrupted', error: null })
  expect(await post(sender, receiver)).toMatchObject({ kind: 'interrupted' })
  expect(clock.pending()).toBe(0)
})

test('hundreds of tries may share one signal', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  const { sender, clock } = sending({ perDestinationConnections: 64 })
  const receiver = await receiving({})
  const stop = new AbortController()
  const outcomes = Array.from({ length: 256 }, () => post(sender, receiver, {}, stop.signal))
  await until('64 requests are there', () => receiver.requests.length === 64)
  await clock.push(TIMEOUT_MS)
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: 'failed', error: 'timeout' })
  process.off('warning', note)
  expect(warnings).toEqual([])
})
