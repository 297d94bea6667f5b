import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callbackHeaders, canonicalHeaders, checkHeaders } from '../../src/domain/callback-headers.ts'

describe('custom headers', () => {
  test.each([
    {},
    { 'x-tag': '1' },
    { Authorization: 'Bearer t0ken', Cookie: 'a=b', 'X-Empty': '', 'x-tab': 'a\tb', 'x-latin': 'caf\u00e9' },
    { "!#$%&'*+-.^_`|~09azAZ": 'every sign a name may have' },
    Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`x-${n}`, 'v'])),
    JSON.parse('{"__proto__":"a header like any other"}'),
  ])('%j are taken', (headers) => {
    expect(checkHeaders(headers)).toEqual([])
  })

  test.each([
    ...['host', 'Content-Length', 'transfer-encoding', 'TE', 'trailer', 'connection', 'Keep-Alive', 'upgrade', 'expect', 'http2-settings'],
    ...['proxy-authorization', 'Proxy-Connection', 'accept-encoding', 'content-type', 'content-encoding', 'User-Agent'],
    ...['webhook-id', 'Webhook-Signature', 'webhook-anything', 'ringback-job-id', 'RINGBACK-x'],
  ])('%s cannot be set', (name) => {
    expect(checkHeaders({ [name]: 'x' })).toEqual([{ pointer: `/${name}`, detail: 'is a header that cannot be set' }])
  })

  test.each(['', ' ', 'x y', 'x:', ':path', 'x\r\ny', 'x\u0000', 'x(y)', 'h\u00e9ader', 'x,y', 'x@y', '"x"'])('%j is no name', (name) => {
    expect(checkHeaders({ [name]: 'x' })).toEqual([{ pointer: `/${name}`, detail: 'is not a header name' }])
  })

  test('a fault names its header by a JSON pointer', () => {
    expect(checkHeaders({ 'x/~': 'v' })).toEqual([{ pointer: '/x~1~0', detail: 'is not a header name' }])
  })

  test.each(['a\r\nx: y', 'a\nb', 'a\rb', 'a\u0000', 'a\u0007', 'a\u007f', '\u20ac', '\ud83d\ude00'])('%j is no value', (value) => {
    expect(checkHeaders({ 'x-a': value })).toEqual([{ pointer: '/x-a', detail: 'has a value that cannot be sent in a header' }])
  })

  test('that differ in case only are refused', () => {
    expect(checkHeaders({ 'X-A': '1', 'x-a': '1' })).toEqual([{ pointer: '/x-a', detail: expect.stringContaining('twice') }])
  })

  test('are 16 and 8 KiB at most', () => {
    expect(checkHeaders(Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`x-${n}`, 'v'])))).toMatchObject([{ pointer: '' }])
    expect(checkHeaders({ 'x-a': 'v'.repeat(8190) })).toMatchObject([{ pointer: '' }])
  })

  test('that are taken cannot break out of their line', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 3 }), (headers) => {
        if (checkHeaders(headers).length > 0) return
        for (const [name, value] of Object.entries(headers)) expect(`${name}: ${value}`).toMatch(/^[^\s:]+: [^\r\n\0]*$/)
      }),
    )
  })

  test('are stored with names in lower case', () => {
    expect(canonicalHeaders({ 'X-Tag': 'One', b: '2' })).toEqual({ 'x-tag': 'One', b: '2' })
  })
})

describe('the headers of an attempt', () => {
  const attempt = { eventId: 'evt_1', timestampSeconds: 1000, signature: 'v1,abc', version: '0.1.0' }

  test('come in the order of the contract, custom ones last', () => {
    expect(Object.entries(callbackHeaders({ ...attempt, custom: { 'x-tag': '1' } }))).toEqual([
      ['content-type', 'application/json'],
      ['user-agent', 'Ringback/0.1.0'],
      ['accept-encoding', 'identity'],
      ['webhook-id', 'evt_1'],
      ['webhook-timestamp', '1000'],
      ['webhook-signature', 'v1,abc'],
      ['x-tag', '1'],
    ])
  })

  test('cannot be replaced by stored ones', () => {
    const headers = callbackHeaders({ ...attempt, custom: { 'webhook-signature': 'v1,forged', 'content-type': 'text/html' } })
    expect(headers).toEqual(callbackHeaders({ ...attempt, custom: {} }))
  })
})
