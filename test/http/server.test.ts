import { once } from 'node:events'
import { connect, isIP } from 'node:net'
import { Hono } from 'hono'
import { Agent, request } from 'undici'
import { expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../src/http/server/server.ts'
import { serverLimits } from '../../src/http/server/server-limits.ts'
import { testClock } from '../support/clock.ts'

const LOCAL = { host: '127.0.0.1', limits: serverLimits(1024), clock: testClock() }
const never = () => new AbortController().signal

/** A server of one test, with a route that answers when told. */
async function serving() {
  const held = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const app = new Hono()
  app.get('/', (context) => context.text('here'))
  app.get('/held', async (context) => {
    arrived.resolve()
    await held.promise
    return context.text('held')
  })
  const server = await startServer({ app, port: 0, ...LOCAL })
  const agent = new Agent({ connections: 2 })
  return {
    server,
    get: (path: string) => request(`${server.url}${path}`, { dispatcher: agent }),
    release: held.resolve,
    arrived: arrived.promise,
    async [Symbol.asyncDispose]() {
      await server.stop(AbortSignal.abort())
      await agent.close()
    },
  }
}

it('tells where it listens', async () => {
  await using s = await serving()
  expect(s.server.url).toBe(`http://127.0.0.1:${s.server.port}`)
  expect(await (await s.get('/')).body.text()).toBe('here')
})

it('tells the address it is bound to when it was given a name', async () => {
  const server = await startServer({ app: new Hono(), port: 0, ...LOCAL, host: 'localhost' })
  await server.stop(AbortSignal.abort())
  expect(isIP(server.address)).toBeGreaterThan(0)
})

it('rejects when the port is taken', async () => {
  await using s = await serving()
  await expect(startServer({ app: new Hono(), port: s.server.port, ...LOCAL })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

it('stops with the answer under way sent and idle connections closed', async () => {
  await using s = await serving()
  await (await s.get('/')).body.text()
  const asked = s.get('/held')
  await s.arrived
  const stopped = s.server.stop(never())
  await expect(startsAgain(s.server)).resolves.toBe(true)
  s.release()
  expect(await (await asked).body.text()).toBe('held')
  await stopped
})

it('cuts what is left at the deadline', async () => {
  await using s = await serving()
  const asked = s.get('/held')
  await s.arrived
  const deadline = new AbortController()
  const stopped = s.server.stop(deadline.signal)
  deadline.abort()
  await expect(asked).rejects.toThrow()
  await stopped
})

it('refuses headers beyond 16 KiB', async () => {
  await using s = await serving()
  const socket = connect(s.server.port, '127.0.0.1')
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`)
  const [first] = await once(socket, 'data')
  expect(String(first)).toMatch(/^HTTP\/1\.1 431 /)
  socket.destroy()
})

it('cuts off who sends many requests ahead of their answers', async () => {
  await using s = await serving()
  const socket = connect(s.server.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET /held HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(32))
  await s.arrived
  expect(socket.destroyed).toBe(false)
  socket.write('GET /held HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'close')
})

/** Whether the port is free again while an old answer is still under way: no new connection is taken. */
async function startsAgain({ port }: RunningServer): Promise<boolean> {
  const second = await startServer({ app: new Hono(), port, ...LOCAL })
  await second.stop(never())
  return true
}
