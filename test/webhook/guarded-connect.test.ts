/** The SSRF guard: what is judged is what is dialled, on every connection. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Resolve } from '../../src/http-client/resolve.ts'
import { until } from '../support/clock.ts'
import { answering, post, receiving, requestTo, type Sending, sending, TIMEOUT_MS } from './sending.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
const FORBIDDEN = { kind: 'forbidden', status: null, error: 'forbidden_address', errorCause: null }

function send({ sender }: Sending, url: string) {
  return sender.send(requestTo(url), new AbortController().signal)
}

/** Gives one list of addresses after another, the last for ever. */
function resolver(...answers: string[][]) {
  const asked: string[] = []
  return {
    asked,
    resolve: async (host: string) => {
      asked.push(host)
      return answers[Math.min(asked.length, answers.length) - 1] ?? []
    },
  }
}

test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0.0.0.0', '0x7f.1'])(
  '%s is judged at the connection too',
  async (host) => {
    const receiver = await answering(OK)
    expect(await send(sending({ allow: [] }), `http://${host}:${receiver.port}/`)).toMatchObject(FORBIDDEN)
    expect(receiver.connections).toBe(0)
  },
)

test('a name is resolved once, and the address that was judged is dialled', async () => {
  const receiver = await answering(OK)
  const { asked, resolve } = resolver(['127.0.0.1'], ['10.0.0.1'])
  expect(await send(sending({ resolve }), `http://receiver.test:${receiver.port}/`)).toMatchObject({ status: 200 })
  expect(asked).toEqual(['receiver.test'])
  expect(receiver.requests[0]).toContain(`\r\nhost: receiver.test:${receiver.port}\r\n`)
})

test('a name that turns to a forbidden address is not dialled again', async () => {
  const receiver = await answering(OK)
  const rebinding = resolver(['127.0.0.1'], ['127.0.0.2'])
  const world = sending({ resolve: rebinding.resolve, allow: ['127.0.0.1'] })
  const url = `http://rebinding.test:${receiver.port}/`
  expect(await send(world, url)).toMatchObject({ status: 200 })
  await world.clock.push(60_000)
  await until('the first connection is closed', () => receiver.open === 0)
  expect(await send(world, url)).toMatchObject(FORBIDDEN)
  expect(receiver.connections).toBe(1)
})

test.each([
  ['a forbidden address last', ['127.0.0.1', '10.0.0.1']],
  ['a forbidden address first', ['169.254.169.254', '127.0.0.1']],
  ['a forbidden address in IPv6', ['127.0.0.1', '64:ff9b::a00:1']],
  ['something that is no address', ['127.0.0.1', 'localhost']],
  ['a forbidden address after hundreds', [...Array.from({ length: 500 }, () => '127.0.0.1'), '10.0.0.1']],
])('a name with %s among its answers is refused whole', async (_what, addresses) => {
  const receiver = await answering(OK)
  const { resolve } = resolver(addresses)
  expect(await send(sending({ resolve }), `http://mixed.test:${receiver.port}/`)).toMatchObject(FORBIDDEN)
  expect(receiver.connections).toBe(0)
})

test('a forbidden address that comes after the dialling has begun ends it: nothing is sent', async () => {
  const receiver = await receiving({ onConnection: (socket) => socket.resume(), neverReads: true })
  let tellLater: (addresses: readonly string[]) => void = () => {}
  const resolve: Resolve = async (_host, later = () => {}) => {
    tellLater = later
    return ['127.0.0.1']
  }
  const outcome = send(sending({ resolve }), `https://late.test:${receiver.port}/`)
  await until('it is connected', () => receiver.connections === 1)
  tellLater(['::1', '10.0.0.1'])
  expect(await outcome).toMatchObject(FORBIDDEN)
  await until('the connection is closed', () => receiver.open === 0)
})

test('addresses that come later, and those that come too late, change nothing while they are allowed', async () => {
  const receiver = await answering(OK)
  const told: ((addresses: readonly string[]) => void)[] = []
  const resolve: Resolve = async (_host, later = () => {}) => {
    told.push(later)
    later(['::1'])
    return ['127.0.0.1']
  }
  const world = sending({ resolve })
  expect(await send(world, `http://late.test:${receiver.port}/`)).toMatchObject({ status: 200 })
  told[0]?.(['10.0.0.1'])
  expect(await send(world, `http://late.test:${receiver.port}/`)).toMatchObject({ status: 200 })
  expect(receiver.connections).toBe(1)
})

test('a refusal does not tell what was refused', async () => {
  const outcomes = await Promise.all(
    [['10.0.0.1'], ['169.254.169.254'], ['::1']].map((addresses) => send(sending({ ...resolver(addresses), allow: [] }), 'http://x.test/')),
  )
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
})

test('a name without addresses, or that cannot be resolved, has failed DNS', async () => {
  const failing = async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  expect(await send(sending({ resolve: async () => [] }), 'http://x.test/')).toMatchObject({ kind: 'failed', error: 'dns_failed' })
  expect(await send(sending({ resolve: failing }), 'http://x.test/')).toMatchObject({ error: 'dns_failed', errorCause: 'ENOTFOUND' })
})

test('a resolver that hangs fails by the total deadline', async () => {
  const world = sending({ resolve: () => new Promise(() => {}) })
  const outcome = send(world, 'http://x.test/')
  await world.clock.push(TIMEOUT_MS)
  expect(await outcome).toMatchObject({ kind: 'failed', error: 'timeout', ms: TIMEOUT_MS })
})

test('the next address is dialled when one refuses', async () => {
  const receiver = await answering(OK)
  const { resolve } = resolver(['127.0.0.2', '::1', '127.0.0.1'])
  expect(await send(sending({ resolve }), `http://several.test:${receiver.port}/`)).toMatchObject({ status: 200 })
})

test('of a name with hundreds of addresses only a few are dialled', async () => {
  const receiver = await answering(OK)
  const { resolve } = resolver([...Array.from({ length: 50 }, (_, n) => `127.0.1.${n + 1}`), '127.0.0.1'])
  expect(await send(sending({ resolve }), `http://many.test:${receiver.port}/`)).toMatchObject({ error: 'connection_refused' })
  expect(receiver.connections).toBe(0)
})

test('an address that is refused in its turn is not dialled by the one who connected to it', async () => {
  const receiver = await answering(OK)
  let judged = 0
  // The first look is at what was resolved, the second at what was reached.
  const { sender } = sending({ mayDial: () => ++judged === 1 })
  expect(await post(sender, receiver)).toMatchObject(FORBIDDEN)
  expect(judged).toBe(2)
  expect(receiver.requests).toEqual([])
  await until('the connection is closed', () => receiver.open === 0)
})

const pem = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8')
const tls = (certificate: string) => ({ key: pem('receiver-key'), cert: pem(certificate) })
const atReceiver = resolver(['127.0.0.1'])

test('TLS to a receiver of a private authority works by name and by address', async () => {
  const seen: string[] = []
  const receiver = await receiving({
    tls: {
      ...tls('receiver'),
      SNICallback: (name, done) => {
        seen.push(name)
        done(null)
      },
    },
    onRequest: (socket) => socket.write(OK),
  })
  const world = sending({ ...atReceiver, ca: pem('ca') })
  for (const host of ['receiver.test', 'receiver.test.', '127.0.0.1']) {
    expect(await send(world, `https://${host}:${receiver.port}/`)).toMatchObject({ kind: 'answered', status: 200 })
  }
  expect(seen).toEqual(['receiver.test', 'receiver.test'])
})

test.each([
  ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', 'receiver.test', undefined, {}],
  ['of an authority nobody trusts', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'receiver', 'receiver.test', undefined, {}],
  ['expired', 'CERT_HAS_EXPIRED', 'expired', 'receiver.test', pem('ca'), {}],
  ['of another host', 'ERR_TLS_CERT_ALTNAME_INVALID', 'receiver', 'other.test', pem('ca'), {}],
  [
    'good, over TLS 1.1',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'receiver',
    'receiver.test',
    pem('ca'),
    { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } as const,
  ],
])('a certificate that is %s fails closed, and the cause is told: %s', async (_what, cause, certificate, host, ca, versions) => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    const receiver = await receiving({ tls: { ...tls(certificate), ...versions }, onRequest: (socket) => socket.write(OK) })
    const outcome = await send(sending({ ...atReceiver, ca }), `https://${host}:${receiver.port}/`)
    expect(outcome).toMatchObject({ kind: 'failed', error: 'tls_failed', errorCause: cause, status: null })
    expect(receiver.requests).toEqual([])
    await until('the connection is closed', () => receiver.open === 0)
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  }
})

test('a receiver that does not speak TLS has failed TLS', async () => {
  const receiver = await receiving({ onConnection: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), neverReads: true })
  expect(await send(sending(atReceiver), `https://receiver.test:${receiver.port}/`)).toMatchObject({ kind: 'failed', error: 'tls_failed' })
})

test('a receiver that hangs up within the handshake has reset the connection', async () => {
  const receiver = await receiving({ onConnection: (socket) => socket.end(), neverReads: true })
  expect(await send(sending(atReceiver), `https://receiver.test:${receiver.port}/`)).toMatchObject({ error: 'connection_reset' })
})

test('a stalled handshake fails by the total deadline, and its connection is closed', async () => {
  const receiver = await receiving({ onConnection: (socket) => socket.resume(), neverReads: true })
  const world = sending(atReceiver)
  const outcome = send(world, `https://receiver.test:${receiver.port}/`)
  await until('it is connected', () => receiver.connections === 1)
  await world.clock.push(TIMEOUT_MS)
  expect(await outcome).toMatchObject({ kind: 'failed', error: 'timeout' })
  await until('the connection is closed', () => receiver.open === 0)
})
