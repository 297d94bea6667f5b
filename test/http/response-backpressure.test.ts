import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { createResponseBackpressure, type UnreadLimits } from '../../src/http/server/response-backpressure.ts'
import { testClock, until } from '../support/clock.ts'

/** More than the kernel keeps for both ends of a connection. */
const LARGE = Buffer.alloc(32 * 1024 * 1024)
const MEBIBYTE = 1024 * 1024
const limits: UnreadLimits = { bytes: 48 * MEBIBYTE, idleMs: 60_000, graceMs: 10_000, bytesPerSecond: MEBIBYTE }
/** Of one large answer, less what the kernel has taken. */
const LONGEST_MS = limits.graceMs + LARGE.byteLength / 1024

/** A server that answers everything with `LARGE`, and clients that read nothing until they are told. */
async function serving(more: Partial<UnreadLimits> = {}) {
  const clock = testClock()
  const watch = createResponseBackpressure({ ...limits, ...more }, clock)
  const answered: (() => void)[] = []
  const server = createServer((_, response) => {
    response.end(LARGE)
    watch(response)
    answered.shift()?.()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    clock,
    /** Resolves when its answer has been given. */
    async ask() {
      const given = new Promise<void>((resolve) => answered.push(resolve))
      const [connected] = [once(server, 'connection')]
      const client = connect(port, '127.0.0.1')
      client.on('error', () => {})
      client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
      const [served] = await connected
      await given
      return { client, closed: once(served, 'close'), isOpen: () => !served.destroyed }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

it('a client that takes nothing is cut off', async () => {
  await using s = await serving({ idleMs: 20 })
  const deaf = await s.ask()
  await deaf.closed
  expect(s.clock.pending()).toBe(0)
  deaf.client.destroy()
})

it('a client that has not taken all in the time that goes with the size is cut off', async () => {
  await using s = await serving()
  const slow = await s.ask()
  await s.clock.push(limits.graceMs)
  expect(slow.isOpen()).toBe(true)
  await s.clock.push(LONGEST_MS - limits.graceMs)
  await slow.closed
  slow.client.destroy()
})

it('a client that has taken all is forgotten', async () => {
  await using s = await serving()
  const { client, isOpen } = await s.ask()
  let read = 0
  await new Promise<void>((resolve) => {
    client.on('data', (part: Buffer) => {
      read += part.byteLength
      if (read > LARGE.byteLength) resolve()
    })
  })
  await until('its timer is gone', () => s.clock.pending() === 0)
  expect(isOpen()).toBe(true)
  client.destroy()
})

it('when unread answers grow too large together the oldest is cut, never the newest', async () => {
  await using s = await serving()
  const oldest = await s.ask()
  const newest = await s.ask()
  await oldest.closed
  expect(newest.isOpen()).toBe(true)
  for (const { client } of [oldest, newest]) client.destroy()
})
