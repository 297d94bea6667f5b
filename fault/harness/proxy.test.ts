import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { type Cuts, startProxy } from './proxy.ts'
import { createRng } from './rng.ts'

/** A server that sends back what it gets, behind a proxy, and a connection to it. */
async function echo(cuts: Cuts) {
  const heard: Buffer[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => heard.push(bytes))
    socket.pipe(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const proxy = await startProxy(createRng(1))
  onTestFinished(() => {
    proxy.close()
    server.close()
  })
  proxy.lead((server.address() as AddressInfo).port)
  proxy.cut(cuts)
  return { proxy, heard: () => Buffer.concat(heard), socket: connect(proxy.port, '127.0.0.1') }
}

const failureOf = (socket: Socket) => buffer(socket).then(String, (error: NodeJS.ErrnoException) => error.code)

it('passes bytes and ends of streams on unchanged', async () => {
  const sent = randomBytes(300_000)
  const { socket } = await echo({})
  socket.end(sent)
  expect((await buffer(socket)).equals(sent)).toBe(true)
})

it('cuts before a reply: the server has the request, the client not one byte', async () => {
  let told = 0
  const { proxy, socket, heard } = await echo({ cutBeforeReply: 1, onCut: () => (told += 1) })
  socket.write('request')
  expect(await failureOf(socket)).toBe('ECONNRESET')
  expect(heard().toString()).toBe('request')
  expect([proxy.cuts, told]).toEqual([1, 1])
})

it('cuts the share of replies it was told to, on connections that are kept', async () => {
  const { proxy, socket } = await echo({ cutBeforeReply: 0.5 })
  let replies = 0
  let last = socket
  for (let request = 0; request < 60; request += 1) {
    last.write('request')
    const whole = await Promise.race([once(last, 'data').then(() => true), once(last, 'close').then(() => false)]).catch(() => false)
    if (whole) replies += 1
    else last = connect(proxy.port, '127.0.0.1')
  }
  last.destroy()
  expect(replies + proxy.cuts).toBe(60)
  expect(proxy.cuts).toBeGreaterThan(15)
  expect(replies).toBeGreaterThan(15)
})

it('leads to nowhere while its server is gone, and to the next one after that', async () => {
  const { proxy } = await echo({})
  const next = createServer((socket) => socket.end('next'))
  await once(next.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void next.close())
  proxy.lead(1)
  expect(await failureOf(connect(proxy.port, '127.0.0.1'))).toBe('')
  proxy.lead((next.address() as AddressInfo).port)
  expect(await failureOf(connect(proxy.port, '127.0.0.1'))).toBe('next')
})

it('severs open connections in the middle of what comes next, and no later one', async () => {
  const { proxy, socket } = await echo({})
  socket.write('before')
  await once(socket, 'data')
  proxy.sever(1)
  socket.write('the next piece')
  const rest = (await buffer(socket)).toString()
  expect('the next piece'.startsWith(rest) && rest.length < 'the next piece'.length).toBe(true)
  expect(proxy.cuts).toBe(1)
  const next = connect(proxy.port, '127.0.0.1')
  next.end('whole')
  expect((await buffer(next)).toString()).toBe('whole')
})
