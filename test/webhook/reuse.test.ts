/** Connections that are used again, and what their peers' hanging up means. */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { settle, until } from '../support/clock.ts'
import { answering, post, receiving, sending } from './sending.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

test.each([
  ['hangs up', (socket: Socket) => void socket.end()],
  ['resets it', (socket: Socket) => void socket.resetAndDestroy()],
])(
  'a used connection whose peer %s before the first byte of an answer says nothing: once more, at once, on a new one',
  async (_what, end) => {
    const { sender, clock } = sending()
    const receiver = await receiving({ onRequest: (socket, n) => (n === 2 ? end(socket) : void socket.write(OK)) })
    const headers = { 'webhook-id': 'evt_1' }
    expect(await post(sender, receiver, { headers })).toMatchObject({ status: 200 })
    await clock.push(1_000)
    expect(await post(sender, receiver, { headers })).toMatchObject({ kind: 'answered', status: 200 })
    expect(receiver).toMatchObject({ connections: 2, requests: { length: 3 } })
    expect(receiver.requests[2]).toBe(receiver.requests[1])
  },
)

test('the new connection is no other used one, and its failure counts', async () => {
  const { sender, clock } = sending()
  const receiver = await receiving({ onRequest: (socket, n) => void (n <= 2 ? socket.write(OK) : socket.end()) })
  await Promise.all([post(sender, receiver), post(sender, receiver)])
  await clock.push(1_000)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error: 'connection_closed' })
  expect(receiver).toMatchObject({ connections: 3, requests: { length: 4 } })
})

test('a used connection that fails within its answer has failed', async () => {
  const { sender, clock } = sending()
  const receiver = await receiving({ onRequest: (socket, n) => void (n === 1 ? socket.write(OK) : socket.end('HTTP/1.1 2')) })
  await post(sender, receiver)
  await clock.push(1_000)
  expect(await post(sender, receiver)).toMatchObject({ kind: 'failed', error: 'connection_closed' })
  expect(receiver.requests).toHaveLength(2)
})

test('all of it has one deadline', async () => {
  const { sender, clock } = sending()
  const receiver = await receiving({ onRequest: (socket, n) => void (n === 1 ? socket.write(OK) : n === 2 && socket.end()) })
  await post(sender, receiver)
  await clock.push(1_000)
  const outcome = post(sender, receiver)
  await until('it was repeated', () => receiver.requests.length === 3)
  await clock.push(15_000)
  expect(await outcome).toMatchObject({ kind: 'failed', error: 'timeout', ms: 15_000 })
})

test('a peer that hangs up on a connection that rests gets new ones, for a minute', async () => {
  const { sender, clock } = sending()
  const sockets: Socket[] = []
  const receiver = await receiving({ onConnection: (socket) => void sockets.push(socket), onRequest: (socket) => socket.write(OK) })
  await post(sender, receiver)
  await settle()
  sockets[0]?.end()
  await until('the connection is closed', () => receiver.open === 0)
  await settle()
  for (let n = 0; n < 3; n++) expect(await post(sender, receiver)).toMatchObject({ status: 200 })
  expect(receiver.connections).toBe(4)
  await clock.push(59_000)
  await post(sender, receiver)
  await clock.push(2_000)
  const before = receiver.connections
  for (let n = 0; n < 3; n++) await post(sender, receiver)
  expect(receiver.connections).toBe(before + 1)
})

test.each([
  ['close', 'connection: close', 3],
  ['a second of rest, our margin', 'keep-alive: timeout=1', 3],
  ['a minute of rest', 'keep-alive: timeout=60', 1],
])('what a peer says of its connection is heard: %s', async (_what, header, connections) => {
  const { sender } = sending()
  const receiver = await answering(`HTTP/1.1 200 OK\r\n${header}\r\ncontent-length: 0\r\n\r\n`)
  for (let n = 0; n < 3; n++) {
    expect(await post(sender, receiver)).toMatchObject({ status: 200 })
    await settle()
  }
  expect(receiver.connections).toBe(connections)
})
