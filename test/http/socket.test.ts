import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import type { Report } from '../../src/domain/progress.ts'
import { readSocketMessage } from '../../src/http/live/socket-message.ts'
import { MARK_AFTER_MS } from '../../src/lifecycle/jobs/run-job.ts'
import { createApiKey, revokeApiKey } from '../../src/lifecycle/tenants/api-keys.ts'
import { until } from '../support/clock.ts'
import { converse } from '../support/raw-client.ts'
import { openSocket, type SocketClient, type SocketOptions } from '../support/web-socket.ts'
import { ok } from '../support/world.ts'
import { ADMIN_KEY } from './app-world.ts'
import { type LiveWorld, liveWorld } from './live-world.ts'

const OPERATOR = { headers: { authorization: `Bearer ${ADMIN_KEY}` } }

async function withSockets(options: Parameters<typeof liveWorld>[0] = {}) {
  const a = await liveWorld(options)
  const clients: SocketClient[] = []
  return {
    ...a,
    async socket(more: SocketOptions = OPERATOR) {
      const client = await openSocket(`${a.server.url}/v1/ws`, more)
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const { raw } of clients) raw.terminate()
      await a[Symbol.asyncDispose]()
    },
  }
}

describe('a message of a client', () => {
  it.each([
    ['{"subscribe":"job_1"}', { kind: 'job', id: 'job_1' }],
    ['{"subscribe":"events"}', { kind: 'events', after: null, types: null }],
    ['{"subscribe":"events","after":"evt_1","types":["job.failed"]}', { kind: 'events', after: 'evt_1', types: ['job.failed'] }],
    ['{"unsubscribe":"job_1"}', { kind: 'unsubscribe', id: 'job_1' }],
    ['{"unsubscribe":"events"}', { kind: 'unsubscribe', id: 'events' }],
    ['', null],
    ['hello', null],
    ['[]', null],
    ['"job_1"', null],
    ['{}', null],
    ['{"subscribe":1}', null],
    ['{"subscribe":"job_1","color":"red"}', null],
    ['{"subscribe":"job_1","after":"evt_1"}', null],
    ['{"subscribe":"job_1","unsubscribe":"job_2"}', null],
    ['{"subscribe":"events","types":"job.failed"}', null],
  ])('%s is read as %j', (text, message) => {
    expect(readSocketMessage(text)).toEqual(message)
  })
})

describe('GET /v1/ws', () => {
  it('sends of a job what its stream sends, to its end', async () => {
    let end = (_: RunOutcome) => {}
    let report = (_: Report) => {}
    await using a = await withSockets({
      handlers: {
        noop: (_run, _signal, tell) => {
          report = tell
          return new Promise((resolve) => (end = resolve))
        },
      },
    })
    const id = await a.world.submit()
    const socket = await a.socket()
    expect(socket.protocol).toBe('ringback.v1')
    socket.send({ subscribe: id })
    await socket.count(1)
    expect(socket.messages[0]).toEqual({ type: 'status', job: id, data: (await a.ask('GET', `/v1/jobs/${id}`)).json })
    a.world.work()
    await a.world.clock.push(100)
    await socket.count(2)
    report({ kind: 'progress', percent: 30, message: 'so far' })
    await a.world.clock.push(500)
    await socket.count(3)
    end(ok)
    await socket.count(4)
    expect(socket.messages.map(({ type }) => type)).toEqual(['status', 'status', 'progress', 'completed'])
    expect(socket.messages[2]?.data).toMatchObject({ id, progress: { percent: 30, message: 'so far' } })
    expect(socket.messages[3]?.data).toEqual((await a.ask('GET', `/v1/jobs/${id}`)).json)
    expect(socket.closed).toBeNull()
  })

  it('sends the events of the feed from a place on, of the types asked for, each once and in order', async () => {
    await using a = await withSockets()
    a.world.work()
    for (let n = 0; n < 4; n++) await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    const { data } = (await a.ask('GET', '/v1/events')).json
    const socket = await a.socket()
    socket.send({ subscribe: 'events', after: data[0].id, types: ['job.completed'] })
    await socket.count(3)
    await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    await socket.count(4)
    expect(socket.messages).toEqual(
      (await a.ask('GET', '/v1/events')).json.data.slice(1).map((event: object) => ({ type: 'event', data: event })),
    )
  })

  it('sends nothing more after an unsubscribe, and one that is repeated begins anew', async () => {
    await using a = await withSockets()
    const id = await a.world.submit()
    const socket = await a.socket()
    socket.send({ subscribe: id })
    socket.send({ subscribe: id })
    await socket.count(2)
    socket.send({ unsubscribe: id })
    socket.send({ unsubscribe: 'job_never' })
    socket.send({ subscribe: 'job_0' })
    await socket.count(3)
    a.world.work()
    await a.world.clock.push(MARK_AFTER_MS)
    const other = await a.world.submit()
    await a.world.clock.push(MARK_AFTER_MS)
    socket.send({ subscribe: other })
    await socket.count(4)
    expect(socket.messages.map(({ job, code }) => job ?? code)).toEqual([id, id, 'not_found', other])
  })

  it('says why it refuses a subscription, and goes on', async () => {
    await using a = await withSockets()
    const id = await a.world.submit()
    const socket = await a.socket()
    for (const subscribe of ['job_0', 'nonsense']) socket.send({ subscribe })
    socket.send({ subscribe: 'events', after: 'nonsense' })
    socket.send({ subscribe: 'events', types: ['job.exploded'] })
    socket.send({ subscribe: 'events', after: 'evt_0000000000007000800000000000000f' })
    socket.send({ subscribe: id })
    await socket.count(6)
    expect(socket.messages.map(({ type, subscribe, code }) => [type, subscribe, code])).toEqual([
      ['problem', 'job_0', 'not_found'],
      ['problem', 'nonsense', 'not_found'],
      ['problem', 'events', 'invalid_request'],
      ['problem', 'events', 'invalid_request'],
      ['problem', 'events', 'cursor_expired'],
      ['status', undefined, undefined],
    ])
  })

  it('takes 100 subscriptions, and another one when one has ended', async () => {
    await using a = await withSockets()
    const ids = []
    for (let n = 0; n < 101; n++) ids.push(await a.world.submit())
    const socket = await a.socket()
    for (const subscribe of ids) socket.send({ subscribe })
    await socket.count(101)
    expect(socket.messages.at(-1)).toMatchObject({ type: 'problem', subscribe: ids[100], code: 'too_many_subscriptions' })
    socket.send({ unsubscribe: ids[0] })
    socket.send({ subscribe: ids[100] })
    await socket.count(102)
    expect(socket.messages.at(-1)).toMatchObject({ type: 'status', job: ids[100] })
  })

  it('shows nobody what their key may not see', async () => {
    await using a = await withSockets()
    const id = await a.world.submit()
    const foreign = await a.socket({ headers: { authorization: `Bearer ${await a.tenantKey()}` } })
    foreign.send({ subscribe: id })
    const writer = await a.socket({ headers: { authorization: `Bearer ${await a.tenantKey({ scopes: ['jobs:write'] })}` } })
    writer.send({ subscribe: id })
    writer.send({ subscribe: 'events' })
    await foreign.count(1)
    await writer.count(2)
    expect(foreign.messages[0]).toMatchObject({ subscribe: id, code: 'not_found' })
    expect(writer.messages.map(({ code }) => code)).toEqual(['forbidden', 'forbidden'])
  })

  it('takes a token, for its own job alone, and ends with it', async () => {
    await using a = await withSockets()
    const [id, other] = [await a.world.submit(), await a.world.submit()]
    const { token } = (await a.ask('POST', `/v1/jobs/${id}/tokens`, { body: { expires_in_seconds: 60 } })).json
    const socket = await a.socket({ protocols: ['ringback.v1', `bearer.${token}`] })
    expect(socket.protocol).toBe('ringback.v1')
    for (const subscribe of [id, other, 'job_0', 'events']) socket.send({ subscribe })
    await socket.count(4)
    expect(socket.messages.map(({ type, code }) => code ?? type)).toEqual(['status', 'forbidden', 'forbidden', 'forbidden'])
    await a.world.clock.push(61_000)
    expect(await socket.untilClosed()).toBe(1008)
  })

  it('takes a key as second subprotocol, and closes with 1008 when the key is revoked', async () => {
    await using a = await withSockets()
    const { key, secret } = await createApiKey(a.world, 'tnt_default', { name: null, scopes: ['jobs:read'], expiresAt: null })
    const socket = await a.socket({ protocols: ['ringback.v1', `bearer.${secret}`] })
    await revokeApiKey(a.world, { tenantId: null }, key.id)
    await a.world.clock.push(1_000)
    expect(await socket.untilClosed()).toBe(1008)
  })

  it.each<[string, SocketOptions, string]>([
    ['no key', {}, '401'],
    ['a wrong key', { headers: { authorization: 'Bearer wrong' } }, '401'],
    ['a wrong key as subprotocol', { protocols: ['ringback.v1', 'bearer.wrong'] }, '401'],
    ['a page that is not let in', { headers: { ...OPERATOR.headers, origin: 'https://evil.example' } }, '403'],
    ['a page of no origin', { headers: { ...OPERATOR.headers, origin: 'null' } }, '403'],
    ['no subprotocol', { ...OPERATOR, protocols: [] }, '400'],
    ['another subprotocol', { ...OPERATOR, protocols: ['mqtt'] }, '400'],
  ])('is not opened with %s', async (_what, options, status) => {
    await using a = await withSockets()
    await expect(a.socket(options)).rejects.toThrow(status)
    await until('nothing is left of it', () => a.world.live.count('socket') === 0)
  })

  it('is opened for pages of CORS_ORIGINS and of PUBLIC_URL', async () => {
    await using a = await withSockets({ corsOrigins: ['https://app.example'] })
    for (const origin of ['https://app.example', 'http://ringback.test']) {
      await a.socket({ headers: { ...OPERATOR.headers, origin } })
    }
  })

  it.each<[string, string | Uint8Array, number]>([
    ['text that is no JSON', 'hello', 1008],
    ['a message it does not know', '{"publish":"job_1"}', 1008],
    ['bytes', new Uint8Array([1, 2, 3]), 1008],
    ['more than 4 KiB', JSON.stringify({ subscribe: 'x'.repeat(4096) }), 1009],
  ])('is closed at %s', async (_what, message, code) => {
    await using a = await withSockets()
    const socket = await a.socket()
    socket.send(message)
    expect(await socket.untilClosed()).toBe(code)
  })

  it('pings every 20 s, keeps a peer that answers, and cuts one that is silent for 60 s', async () => {
    await using a = await withSockets()
    const [alive, mute] = [await a.socket(), await a.socket({ ...OPERATOR, mute: true })]
    let pings = 0
    alive.raw.on('ping', () => {
      pings += 1
    })
    for (let n = 1; n <= 4; n++) {
      await a.world.clock.push(20_500)
      await until('a ping', () => pings === n)
    }
    expect(await mute.untilClosed()).toBe(1006)
    expect(alive.closed).toBeNull()
  })

  it('is closed with 1001 when the service stops', async () => {
    await using a = await withSockets()
    const socket = await a.socket()
    a.world.live.close()
    expect(await socket.untilClosed()).toBe(1001)
    await until('it has left', () => a.world.live.count('socket') === 0)
  })

  it('is closed with 1013 when its reader has fallen behind', async () => {
    const result = { kind: 'json', bytes: Buffer.from(JSON.stringify('x'.repeat(60_000))) } as const
    await using a = await withSockets({ handlers: { noop: () => ({ kind: 'completed', result }) } })
    a.world.work()
    const socket = await a.socket()
    socket.send({ subscribe: 'events' })
    socket.send({ subscribe: 'job_0' })
    await socket.count(1)
    socket.raw.pause()
    for (let n = 0; n < 300; n++) await a.world.submit()
    for (let n = 0; n < 16; n++) await a.world.clock.push(1_000)
    socket.raw.resume()
    expect(await socket.untilClosed()).toBe(1013)
    const ids = socket.messages.slice(1).map(({ data }) => data.id)
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.length).toBeLessThan(300)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('counts for the limits of its tenant', async () => {
    await using a = await withSockets()
    const access = { keyId: null, expiresAt: null }
    for (let n = 0; n < 1_000; n++) a.world.live.open({ kind: 'socket', tenantId: 'tnt_default', access, end() {}, check() {} })
    await expect(a.socket()).rejects.toThrow('429')
  })

  it('says 426 to a request for nothing else than HTTP, and refuses upgrades on every other path', async () => {
    await using a = await withSockets()
    const key = `Authorization: Bearer ${ADMIN_KEY}\r\n`
    const plain = await a.ask('GET', '/v1/ws')
    expect(plain.status).toBe(426)
    expect(plain.headers.get('upgrade')).toBe('websocket')
    const asking =
      'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
    const head = `Host: x\r\n${key}${asking}`
    const other = await converse(a.server.port, [`GET /v1/jobs HTTP/1.1\r\n${head}\r\n`])
    expect(other.answers.map(({ status }) => status)).toEqual([200])
    const offered = await converse(a.server.port, [`GET /v1/ws?color=red HTTP/1.1\r\n${head}Sec-WebSocket-Protocol: ringback.v1\r\n\r\n`])
    expect(offered.answers.map(({ status }) => status)).toEqual([422])
  })

  it('leaves nothing behind when the client is gone', async () => {
    await using a = await withSockets()
    const idle = a.world.clock.pending()
    const id = await a.world.submit()
    const socket = await a.socket()
    socket.send({ subscribe: id })
    await socket.count(1)
    socket.raw.terminate()
    await until('it has left', () => a.world.live.count('socket') === 0)
    expect(a.world.clock.pending()).toBe(idle)
  })
})

it('a server that is cut off takes its sockets with it', async () => {
  await using a = await withSockets()
  const socket = await a.socket()
  await (a as LiveWorld).server.stop(AbortSignal.abort())
  expect(await socket.untilClosed()).toBe(1006)
  await expect(new Promise((resolve, reject) => connect(a.server.port).on('connect', resolve).on('error', reject))).rejects.toThrow()
})
