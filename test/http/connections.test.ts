import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../src/http/server/server.ts'
import { serverLimits } from '../../src/http/server/server-limits.ts'
import { testClock } from '../support/clock.ts'
import { converse } from '../support/raw-client.ts'

const HEAD = 'Host: a\r\n'
const CLOSE = `${HEAD}Connection: close\r\n`
const MIB = 1024 * 1024

/** A server of one test; `/first` waits for its release, `/body` reads what comes, anything else is refused unread. */
async function serving() {
  const released = Promise.withResolvers<void>()
  const asked: string[] = []
  const app = {
    async fetch(request: Request) {
      const { pathname } = new URL(request.url)
      asked.push(pathname)
      if (pathname === '/first') await released.promise
      if (pathname === '/body') return new Response(await request.text())
      return new Response(pathname, { status: request.method === 'POST' ? 413 : 200 })
    },
  }
  const server = await startServer({ app, host: '127.0.0.1', port: 0, limits: serverLimits(1024), clock: testClock() })
  return {
    port: server.port,
    asked,
    release: released.resolve,
    [Symbol.asyncDispose]: () => server.stop(AbortSignal.abort()),
  }
}

const statuses = ({ answers }: { answers: { status: number }[] }) => answers.map(({ status }) => status)

describe('an answer that comes before its request is whole', () => {
  it.each([
    ['length', HEAD],
    ['chunks', HEAD],
    ['length', CLOSE],
    ['chunks', CLOSE],
  ])('is read by a client that sends everything first (%s, %j)', async (framing, fields) => {
    await using s = await serving()
    const part = Buffer.alloc(MIB)
    const framed = framing === 'length' ? `Content-Length: ${8 * MIB}` : 'Transfer-Encoding: chunked'
    const heard = await converse(
      s.port,
      (async function* () {
        yield `POST /refused HTTP/1.1\r\n${fields}${framed}\r\n\r\n`
        for (let n = 0; n < 8; n += 1) {
          if (framing === 'chunks') yield `${MIB.toString(16)}\r\n`
          yield part
          if (framing === 'chunks') yield '\r\n'
        }
        if (framing === 'chunks') yield '0\r\n\r\n'
      })(),
      { sendsFirst: true, enough: 1 },
    )
    expect(statuses(heard)).toEqual([413])
  })

  it('leaves the connection to the next request', async () => {
    await using s = await serving()
    const heard = await converse(s.port, [
      `POST /refused HTTP/1.1\r\n${HEAD}Content-Length: 40\r\n\r\n${'GET /hidden HTTP/1.1\r\n\r\n'.padEnd(40)}` +
        `GET /next HTTP/1.1\r\n${CLOSE}\r\n`,
    ])
    expect(statuses(heard)).toEqual([413, 200])
    expect(s.asked).toEqual(['/refused', '/next'])
  })
})

describe('bytes that are no request', () => {
  it('are refused, and end the connection', async () => {
    await using s = await serving()
    expect(await converse(s.port, ['nonsense\r\n\r\n'])).toMatchObject({ answers: [{ status: 400 }], closed: true })
    expect(s.asked).toEqual([])
  })

  it('are never answered in the place of the request before them', async () => {
    await using s = await serving()
    const heard = converse(s.port, [`GET /first HTTP/1.1\r\n${HEAD}\r\n`, 'nonsense\r\n\r\n'])
    while (s.asked.length === 0) await sleep(1)
    s.release()
    expect(await heard).toMatchObject({ answers: [{ status: 200, body: '/first' }], closed: true })
  })

  it('behind an answered request get no second answer', async () => {
    await using s = await serving()
    const socket = connect(s.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (part) => {
      heard += part
      socket.write('no chunk\r\n')
    })
    socket.write(`POST /refused HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    await once(socket, 'close')
    expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413'])
  })
})

describe('an expectation', () => {
  const expecting = (path: string) => `POST ${path} HTTP/1.1\r\n${CLOSE}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n`

  it('is met once somebody wants the body', async () => {
    await using s = await serving()
    expect(await converse(s.port, [expecting('/body'), 'text'])).toMatchObject({ interim: [100], answers: [{ body: 'text' }] })
  })

  it('is not met when the body is refused', async () => {
    await using s = await serving()
    expect(await converse(s.port, [expecting('/refused')])).toMatchObject({ interim: [], answers: [{ status: 413 }] })
  })
})

const NO_HOST = 'GET / HTTP/1.1\r\n\r\n'
const TWO_HOSTS = `GET / HTTP/1.1\r\n${CLOSE}Host: b\r\n\r\n`

it.each([
  ['no host', NO_HOST],
  ['two hosts', TWO_HOSTS],
  ['HTTP/2 in words', `GET / HTTP/2.0\r\n${CLOSE}\r\n`],
])('%s: the refusal is read by a client that sends on first, and nobody is asked for the rest', async (_name, refused) => {
  await using s = await serving()
  const part = Buffer.alloc(MIB)
  const more = `POST /body HTTP/1.1\r\n${HEAD}Content-Length: ${8 * MIB}\r\n\r\n`
  const heard = await converse(s.port, [refused, more, part, part, part, part, part, part, part, part], { sendsFirst: true })
  expect(heard.answers).toHaveLength(1)
  expect(s.asked).toEqual([])
})

it('a request of HTTP/1.0 needs no host', async () => {
  await using s = await serving()
  expect(statuses(await converse(s.port, ['GET / HTTP/1.0\r\n\r\n']))).toEqual([200])
})

it.each([
  ['no host', NO_HOST, 400],
  ['two hosts', TWO_HOSTS, 400],
  ['HTTP/2 in words', `GET / HTTP/2.0\r\n${CLOSE}\r\n`, 505],
  ['a tunnel', `CONNECT b:443 HTTP/1.1\r\n${HEAD}\r\n`, 405],
  ['a header above the limit', `GET / HTTP/1.1\r\n${HEAD}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  [
    'an extension of a chunk above the limit',
    `POST /body HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    413,
  ],
])('%s is refused and ends the connection', async (_name, bytes, status) => {
  await using s = await serving()
  const heard = await converse(s.port, [bytes])
  expect(statuses(heard)).toEqual([status])
  expect(heard.closed).toBe(true)
})

it('a tunnel that is asked for and reset harms nobody', async () => {
  await using s = await serving()
  const socket = connect(s.port, '127.0.0.1')
  socket.write(`CONNECT b:443 HTTP/1.1\r\n${HEAD}\r\n`)
  await once(socket, 'data')
  socket.resetAndDestroy()
  await once(socket, 'close')
  expect(statuses(await converse(s.port, [`GET / HTTP/1.1\r\n${CLOSE}\r\n`]))).toEqual([200])
})

it('an upgrade that is not done ends with its answer: what follows would be lost', async () => {
  await using s = await serving()
  const heard = await converse(s.port, [`GET / HTTP/1.1\r\n${HEAD}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n`])
  expect(heard).toMatchObject({ answers: [{ status: 200, headers: { connection: 'close' } }], closed: true })
})
