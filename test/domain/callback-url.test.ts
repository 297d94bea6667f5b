import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CallbackRuleSettings, callbackRules, checkCallbackUrl, mayDial } from '../../src/domain/callback-url.ts'
import { FORBIDDEN_HOSTS, MALFORMED_URLS } from './hostile-urls.ts'

const OWN = [{ address: '127.0.0.1', port: 3000 }]

function rules(settings: Partial<CallbackRuleSettings> = {}) {
  return callbackRules({ allow: [], httpsOnly: false, own: () => OWN, interfaces: () => [], ...settings })
}

const ACCEPTED: [string, string][] = [
  ['https://partner.example/hooks', 'https://partner.example/hooks'],
  ['http://partner.example', 'http://partner.example/'],
  ['HTTPS://Partner.Example:443/Hooks?A=1&b=%20', 'https://partner.example/Hooks?A=1&b=%20'],
  ['http://partner.example:8080/a/../b', 'http://partner.example:8080/b'],
  ['https://partner.example/hooks#later', 'https://partner.example/hooks'],
  ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
  ['http://93.184.215.14/', 'http://93.184.215.14/'],
  ['http://8.8.8.8./', 'http://8.8.8.8/'],
  ['http://[2606:4700::1111]/', 'http://[2606:4700::1111]/'],
  ['http://localhost.example/', 'http://localhost.example/'],
  ['http://notlocalhost/', 'http://notlocalhost/'],
  ['http://metadata.google.internal/', 'http://metadata.google.internal/'],
]

describe('a submitted callback URL', () => {
  test('is tried in at least 120 spellings of forbidden addresses', () => {
    expect(new Set(FORBIDDEN_HOSTS).size).toBeGreaterThanOrEqual(120)
  })

  test.each(FORBIDDEN_HOSTS)('to %s is forbidden, with the one text there is', (host) => {
    for (const url of [`http://${host}/`, `https://${host}:8443/hooks?x=1`]) {
      expect(checkCallbackUrl(url, rules())).toEqual({
        ok: false,
        forbidden: true,
        detail: 'points to an address that callbacks may not be sent to',
      })
    }
  })

  test.each(MALFORMED_URLS)('written %j is refused as invalid', (text) => {
    expect(checkCallbackUrl(text, rules({ allow: ['loopback'] }))).toMatchObject({ ok: false, forbidden: false })
  })

  test.each(ACCEPTED)('%s is kept as %s', (text, url) => {
    expect(checkCallbackUrl(text, rules())).toEqual({ ok: true, url })
  })

  test('must be https where only https is allowed', () => {
    const httpsOnly = rules({ httpsOnly: true })
    expect(checkCallbackUrl('http://partner.example/', httpsOnly)).toMatchObject({ ok: false, forbidden: false })
    expect(checkCallbackUrl('https://partner.example/', httpsOnly)).toMatchObject({ ok: true })
  })

  test('is judged the same again in the form that is stored', () => {
    const text = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.ipV4Extended().map((host) => `http://${host}/`),
    )
    fc.assert(
      fc.property(text, (url) => {
        const verdict = checkCallbackUrl(url, rules())
        if (verdict.ok) expect(checkCallbackUrl(verdict.url, rules())).toEqual(verdict)
      }),
    )
  })

  test('never passes with a literal that may not be dialled', () => {
    const literal = fc.oneof(
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
    )
    fc.assert(
      fc.property(literal, (host) => {
        const verdict = checkCallbackUrl(`http://${host}/`, rules())
        if (verdict.ok) expect(mayDial('x', new URL(verdict.url).hostname.replace(/[[\]]/g, ''), 80, rules())).toBe(true)
      }),
    )
  })
})

describe('the allow list', () => {
  test.each(['127.0.0.1', '127.9.9.9', '[::1]', 'localhost', 'a.localhost.', '[::ffff:127.0.0.1]'])('`loopback` opens %s', (host) => {
    expect(checkCallbackUrl(`http://${host}:8080/`, rules({ allow: ['loopback'] }))).toMatchObject({ ok: true })
  })

  test.each(['10.0.0.1', '0.0.0.0', '169.254.169.254', '[fd00::1]', '[::]', '[64:ff9b::7f00:1]'])('`loopback` does not open %s', (host) => {
    expect(checkCallbackUrl(`http://${host}:8080/`, rules({ allow: ['loopback'] }))).toMatchObject({ forbidden: true })
  })

  test('a block opens its own addresses and no others', () => {
    const opened = rules({ allow: ['10.0.0.0/8', 'fd12::/16'] })
    for (const address of ['10.0.0.1', '10.255.255.255', '::ffff:10.1.2.3', 'fd12::7']) expect(mayDial('x', address, 80, opened)).toBe(true)
    for (const address of ['11.0.0.1', '9.255.255.255']) expect(mayDial('x', address, 80, opened)).toBe(true)
    for (const address of ['172.16.0.1', '127.0.0.1', 'fd13::7', '::10.0.0.1', '2002:a00:1::'])
      expect(mayDial('x', address, 80, opened)).toBe(false)
  })

  test('a name opens what it resolves to, and only for that name', () => {
    const opened = rules({ allow: ['Receiver.Internal'] })
    expect(mayDial('receiver.internal', '10.0.0.1', 80, opened)).toBe(true)
    expect(mayDial('receiver.internal.', '10.0.0.1', 80, opened)).toBe(true)
    expect(mayDial('other.internal', '10.0.0.1', 80, opened)).toBe(false)
    expect(checkCallbackUrl('http://localhost:8080/', rules({ allow: ['localhost'] }))).toMatchObject({ ok: true })
    expect(checkCallbackUrl('http://127.0.0.1:8080/', rules({ allow: ['localhost'] }))).toMatchObject({ forbidden: true })
  })

  test.each(['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'])(
    'the metadata address %s opens only when it is named itself',
    (address) => {
      const wide = rules({ allow: ['0.0.0.0/0', '::/0', `${address}/${address.includes(':') ? 128 : 32}`, 'loopback', 'cloud.internal'] })
      expect(mayDial('cloud.internal', address, 80, wide)).toBe(false)
      expect(mayDial(address, address, 80, rules({ allow: [address] }))).toBe(true)
    },
  )

  test.each([
    '::ffff:169.254.169.254',
    '::169.254.169.254',
    '::ffff:0:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
  ])('no block opens a metadata address carried in %s', (address) => {
    expect(mayDial('x', address, 80, rules({ allow: ['0.0.0.0/0', '::/0'] }))).toBe(false)
  })

  test('a block for NAT64 opens public IPv4 behind it, not private', () => {
    const opened = rules({ allow: ['64:ff9b::/96'] })
    expect(mayDial('x', '64:ff9b::8.8.8.8', 80, opened)).toBe(true)
    expect(mayDial('x', '64:ff9b::10.0.0.1', 80, opened)).toBe(false)
  })
})

describe('our own address', () => {
  test('is refused on each of the ports we listen on', () => {
    const open = rules({ allow: ['loopback'], own: () => [...OWN, { address: '127.0.0.1', port: 3001 }] })
    expect([3000, 3001, 3002].map((port) => mayDial('localhost', '127.0.0.1', port, open))).toEqual([false, false, true])
  })

  test.each(['127.0.0.1', '::ffff:127.0.0.1', '0.0.0.0', '::'])('as %s is never dialled on our port, whatever is allowed', (address) => {
    const open = rules({ allow: ['loopback', '0.0.0.0/0', '::/0', address] })
    expect(mayDial(address, address, 3000, open)).toBe(false)
    expect(mayDial(address, address, 3001, open)).toBe(true)
  })

  test('is refused at submit under its name too', () => {
    const open = rules({ allow: ['loopback'] })
    expect(checkCallbackUrl('http://localhost:3000/v1/jobs', open)).toMatchObject({ forbidden: true })
    expect(checkCallbackUrl('http://127.1:3000/v1/jobs', open)).toMatchObject({ forbidden: true })
  })

  test.each(['0.0.0.0', '::'])('is every address of the machine when we listen on %s, those that come later too', (address) => {
    const interfaces = ['127.0.0.1', '::1', '93.184.215.14']
    const open = rules({ allow: ['loopback', '64:ff9b::/96'], own: () => [{ address, port: 3000 }], interfaces: () => interfaces })
    const ours = ['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1', '93.184.215.14', '::ffff:93.184.215.14', '64:ff9b::93.184.215.14']
    expect(ours.filter((one) => mayDial('x', one, 3000, open))).toEqual([])
    expect(ours.filter((one) => !mayDial('x', one, 3001, open))).toEqual([])
    expect(mayDial('x', '8.8.8.8', 3000, open)).toBe(true)
    interfaces.push('8.8.8.8')
    expect(mayDial('x', '8.8.8.8', 3000, open)).toBe(false)
  })

  test('is ::1 alone when a name made us listen there', () => {
    const open = rules({ allow: ['loopback'], own: () => [{ address: '::1', port: 3000 }] })
    expect(['::1', '127.0.0.1'].map((address) => mayDial('localhost', address, 3000, open))).toEqual([false, true])
  })
})

test.each(['', 'localhost', '127.1', '::8.8.8.8', '0x7f.0.0.1', '::1%lo', 'fe80::1%eth0', '[::1]', '1.2.3.4 '])(
  'an answer %j of a resolver that is no full address, or not a public one, is not dialled',
  (address) => {
    expect(mayDial('x', address, 80, rules())).toBe(false)
  },
)
