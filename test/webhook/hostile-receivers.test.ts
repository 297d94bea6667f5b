/** Receivers that misbehave: every try ends, in time, with the right class, and nothing of it reaches another try. */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { settle, until } from '../support/clock.ts'
import { answering, post, receiving, sending, TIMEOUT_MS } from './sending.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
const MIB = 1024 * 1024

test.each([
  ['accepts and says nothing', { neverReads: false }],
  ['never reads the request', { neverReads: true }],
])('one that %s fails by the total deadline, and its connection is closed', async (_what, script) => {
  const { sender, clock } = sending()
  const receiver = await receiving(script)
  const outcome = post(sender, receiver, { body: Buffer.alloc(8 * MIB, 32) })
  await until('it is connected', () => receiver.connections === 1)
  await clock.push(TIMEOUT_MS - 1)
  expect(await Promise.race([outcome, 'under way'])).toBe('under way')
  await clock.push(1)
  expect(await outcome).toMatchObject({ kind: 'failed', error: 'timeout', status: null, ms: TIMEOUT_MS })
  if (!script.neverReads) await until('the connection is closed', () => receiver.open === 0)
})

test('one that drips its headers fails by the total deadline', async () => {
  const { sender, clock } = sending()
  let dripped = 0
  const receiver = await receiving({
    onRequest: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const drip = () => {
        dripped += 1
        if (!socket.destroyed) socket.write(`x-${dripped}: y\r\n`, () => setImmediate(drip))
      }
      drip()
    },
  })
  const outcome = post(sender, receiver)
  await until('a few headers have dripped', () => dripped > 5)
  await clock.push(TIMEOUT_MS)
  expect(await outcome).toMatchObject({ kind: 'failed', error: 'timeout' })
})

test('one that answers 2xx and then drips its body has taken the callback; the body is cut at the deadline', async () => {
  const { sender, clock } = sending()
  let dripped = 0
  const receiver = await receiving({
    onRequest: (socket) => {
      socket.write('HTTP/1.1 202 OK\r\ncontent-length: 1000000\r\n\r\n')
      const drip = () => {
        dripped += 1
        if (!socket.destroyed && dripped < 1000) socket.write('a', () => setImmediate(drip))
      }
      drip()
    },
  })
  const outcome = post(sender, receiver)
  await until('a few bytes have dripped', () => dripped > 20)
  await clock.push(TIMEOUT_MS)
  const { kind, status, error, responseBody } = await outcome
  expect({ kind, status, error }).toEqual({ kind: 'answered', status: 202, error: null })
  expect(Buffer.from(responseBody).toString()).toMatch(/^a+$/)
  await until('the connection is closed', () => receiver.open === 0)
})

test('of an endless body 64 KiB are kept, and the connection is closed', async () => {
  const { sender } = sending()
  const receiver = await receiving({
    onRequest: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const pour = () => {
        if (!socket.destroyed) socket.write(Buffer.alloc(MIB, 97), pour)
      }
      pour()
    },
  })
  const outcome = await post(sender, receiver)
  expect(outcome).toMatchObject({ kind: 'answered', status: 200 })
  expect(outcome.responseBody.length).toBe(64 * 1024)
  await until('the connection is closed', () => receiver.open === 0)
})

test('a body of exactly 64 KiB is whole, and its connection is used again', async () => {
  const { sender } = sending()
  const receiver = await answering(`HTTP/1.1 200 OK\r\ncontent-length: 65536\r\n\r\n${'a'.repeat(65_536)}`)
  expect((await post(sender, receiver)).responseBody.length).toBe(65_536)
  await settle()
  await post(sender, receiver)
  expect(receiver.connections).toBe(1)
})

test.each([
  ['one header of 64 KiB', `x: ${'a'.repeat(65_536)}\r\n`],
  ['10,000 headers', Array.from({ length: 10_000 }, (_, n) => `x-${n}: y\r\n`).join('')],
])('%s are too large', async (_what, headers) => {
  const { sender } = sending()
  const receiver = await answering(`HTTP/1.1 200 OK\r\n${headers}content-length: 0\r\n\r\n`)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error: 'headers_too_large', status: null })
})

test.each([
  ['50,000 headers of one byte', `HTTP/1.1 200 OK\r\n${'a:\r\n'.repeat(50_000)}\r\n`, 'headers_too_large'],
  ['100,000 empty lines before the answer', '\r\n'.repeat(100_000) + OK, 'headers_too_large'],
])('%s, which undici does not bound, fail', async (_what, bytes, error) => {
  const { sender } = sending()
  const receiver = await answering(bytes)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error, status: null })
  await until('the connection is closed', () => receiver.open === 0)
})

test.each([
  ['chunks of one byte', '1\r\na\r\n'.repeat(100_000)],
  ['a chunk extension without end', `1;${'x'.repeat(MIB)}`],
])('a body in %s is cut, and its connection is closed', async (_what, chunks) => {
  const { sender } = sending()
  const receiver = await answering(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`)
  const { kind, status, responseBody } = await post(sender, receiver)
  expect({ kind, status }).toEqual({ kind: 'answered', status: 200 })
  expect(responseBody.length).toBeLessThan(4096)
  await until('the connection is closed', () => receiver.open === 0)
})

test('what one response may bring is counted anew for the next on the same connection', async () => {
  const { sender } = sending({ perDestinationConnections: 1 })
  const body = 'a\n'.repeat(3000)
  const receiver = await answering(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  for (let n = 0; n < 10; n++) expect((await post(sender, receiver)).responseBody.length).toBe(body.length)
  expect(receiver.connections).toBe(1)
})

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['a status of two digits', 'HTTP/1.1 99 X\r\n\r\n'],
  ['a NUL in a header', 'HTTP/1.1 200 OK\r\nx: a\u0000b\r\ncontent-length: 0\r\n\r\n'],
  ['a header name with a space', 'HTTP/1.1 200 OK\r\nx y: z\r\ncontent-length: 0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ['a 101 without an upgrade', `HTTP/1.1 101 Switching\r\n\r\n${OK}`],
  ['a flood of 1xx', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(1000)],
])('an answer with %s is invalid', async (_what, bytes) => {
  const { sender } = sending()
  const receiver = await answering(bytes, { hangUp: true })
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error: 'invalid_response', status: null })
})

test('an answer of status 999 is invalid, and is logged with it', async () => {
  const { sender } = sending()
  const receiver = await answering('HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n')
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error: 'invalid_response', status: 999 })
})

test.each([100, 102, 103, 199])('a few %i nobody asked for are passed over, on each request of a connection', async (status) => {
  const { sender } = sending({ perDestinationConnections: 1 })
  const receiver = await answering(`${`HTTP/1.1 ${status} X\r\nlink: </a>\r\n\r\n`.repeat(8)}${OK}`)
  for (let n = 0; n < 3; n++) expect(await post(sender, receiver)).toMatchObject({ kind: 'answered', status: 200 })
  expect(receiver.connections).toBe(1)
})

test('a 100 that comes byte by byte, long before the answer, is passed over', async () => {
  const { sender } = sending()
  const receiver = await receiving({
    onRequest: (socket) => {
      socket.setNoDelay(true)
      const bytes = [...`HTTP/1.1 100 Continue\r\n\r\n${OK}`]
      const next = () => void (bytes.length > 0 && socket.write(bytes.shift() ?? '', () => setImmediate(next)))
      next()
    },
  })
  expect(await post(sender, receiver)).toMatchObject({ kind: 'answered', status: 200 })
})

test.each([
  ['a bad chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n'],
  ['a body shorter than its length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'],
])('complete 2xx headers count even with %s after them', async (_what, bytes) => {
  const { sender } = sending()
  const receiver = await answering(bytes, { hangUp: true })
  expect(await post(sender, receiver)).toMatchObject({ kind: 'answered', status: 200, error: null, responseBody: Buffer.from('abc') })
})

test('a reset after complete 2xx headers does not undo them', async () => {
  const { sender } = sending()
  const sockets: Socket[] = []
  const receiver = await receiving({
    onRequest: (socket) => {
      sockets.push(socket)
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc')
    },
  })
  const outcome = post(sender, receiver)
  await until('the answer is written', () => sockets[0]?.writableLength === 0)
  await settle()
  sockets[0]?.resetAndDestroy()
  expect(await outcome).toMatchObject({ kind: 'answered', status: 200, error: null })
})

test.each([
  ['resets at connect', 'connection_reset', { onConnection: (socket: Socket) => void socket.resetAndDestroy() }],
  ['resets after the request', 'connection_reset', { onRequest: (socket: Socket) => void socket.resetAndDestroy() }],
  ['hangs up without an answer', 'connection_closed', { onRequest: (socket: Socket) => void socket.end() }],
  ['hangs up within its headers', 'connection_closed', { onRequest: (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nx: ') }],
])('one that %s fails with %s', async (_what, error, script) => {
  const { sender } = sending()
  const receiver = await receiving(script)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error, status: null })
})

test('one that is not there refuses the connection', async () => {
  const { sender } = sending()
  const receiver = await receiving({})
  await receiver.close()
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error: 'connection_refused', errorCause: 'ECONNREFUSED' })
})

test('one that rejects a large body before reading it is heard', async () => {
  const { sender } = sending()
  const receiver = await receiving({
    onConnection: (socket) => socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
    neverReads: true,
  })
  const outcome = await post(sender, receiver, { body: Buffer.alloc(MIB) })
  expect(outcome.kind === 'answered' ? outcome.status : outcome.error).toBeOneOf([413, 'connection_closed', 'invalid_response'])
})

test('a try that ends while it waits for a connection is never sent', async () => {
  const { sender, clock } = sending({ perDestinationConnections: 1 })
  const receiver = await receiving({ onRequest: (socket, n) => void (n > 1 && socket.write(OK)) })
  const stop = new AbortController()
  const outcomes = [post(sender, receiver), post(sender, receiver, { body: Buffer.from('second') }, stop.signal)]
  await until('the first request is there', () => receiver.requests.length === 1)
  stop.abort()
  await clock.push(TIMEOUT_MS)
  expect(await Promise.all(outcomes)).toMatchObject([{ error: 'timeout' }, { kind: 'interrupted' }])
  expect(await post(sender, receiver, { body: Buffer.from('third') })).toMatchObject({ status: 200 })
  expect(receiver.requests.filter((request) => request.endsWith('second'))).toEqual([])
})
