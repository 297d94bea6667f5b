import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CallbackRuleSettings, callbackRules, judgeCallbackUrl, mayDial } from '../../src/domain/callback-url.ts'

const OWN = { addresses: ['127.0.0.1'], port: 3000 }

function rules(settings: Partial<CallbackRuleSettings> = {}) {
  return callbackRules({ allow: [], httpsOnly: false, own: OWN, ...settings })
}

/** Every spelling here is a place callbacks must not reach; `host` as it stands in a URL. */
const FORBIDDEN_HOSTS = [
  // loopback in all its spellings
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '2130706433',
    '0x7f000001',
    '0x7F.1',
    '0177.0.0.1',
    '017700000001',
    '0x7f.0.0.0x1',
  ],
  ...['127.0.0.1.', '%31%32%37.0.0.1', '127%2e0%2e0%2e1', '①②⑦.⓪.⓪.①', '127。0。0。1', '127.0.0\u200b.1'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'a.b.LocalHost.', 'ｌｏｃａｌｈｏｓｔ'],
  // this network
  ...['0', '0.0.0.0', '0x0', '00', '0.1.2.3'],
  // private, shared, link-local
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '012.1.1.1',
    '100.64.0.1',
    '100.127.255.255',
    '169.254.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
  ],
  ...['192.168.257', '0xc0a80001', '3232235521'],
  // assignments, documentation, benchmarking, relays
  ...[
    '192.0.0.1',
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.175.48.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
  ],
  ...['203.0.113.1'],
  // multicast, reserved, broadcast
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '4294967295'],
  // metadata
  ...['169.254.169.254', '0xA9FEA9FE', '2852039166', '0251.0376.0251.0376', '169.254.43518', '169.254.170.2', '169.254.170.23'],
  ...['100.100.100.200', '168.63.129.16', '192.0.0.192', '[fd00:ec2::254]', '[fd20:ce::254]'],
  // IPv6: unspecified, loopback, local, multicast, documentation, outside 2000::/3
  ...[
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[ff02::1]',
  ],
  ...['[2001:db8::1]', '[3fff::1]', '[2620:4f:8000::1]', '[100::1]', '[5f00::1]', '[4000::1]', '[1fff::1]', '[e000::1]'],
  // IPv6 that carries an IPv4 address: mapped, compatible, translated, NAT64, 6to4, Teredo
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::FFFF:169.254.169.254]', '[0:0:0:0:0:ffff:0a00:0001]', '[::127.0.0.1]', '[::7f00:1]'],
  ...['[::169.254.169.254]', '[::ffff:0:127.0.0.1]', '[::ffff:0:a9fe:a9fe]', '[64:ff9b::7f00:1]', '[64:ff9b::169.254.169.254]'],
  ...['[64:ff9b:1::10.0.0.1]', '[64:ff9b:1:ffff::7f00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2001::1]', '[2001:0:7f00:1::]'],
  ...['[2001:0:4136:e378:8000:63bf:3fff:fdd2]', '[2001:10::1]', '[2001:20::1]'],
]

/** Refused for the way it is written, whatever it points to. */
const MALFORMED = [
  ...[
    '',
    'partner.example',
    '/hooks',
    '//partner.example/',
    'http:',
    'http://',
    'http:///hooks',
    'https://?x',
    'http://#x',
    'http:127.0.0.1',
  ],
  ...[
    'http:/partner.example',
    'http:partner.example',
    'http:///127.0.0.1/',
    'https:\\\\partner.example',
    'http://partner.example\\@127.0.0.1/',
  ],
  ...['ftp://partner.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://127.0.0.1:25/', 'ws://partner.example/', 'data:,x'],
  ...['http://user@partner.example/', 'http://user:pass@partner.example/', 'http://:@partner.example/', 'http://@partner.example/'],
  ...['http://partner.example@127.0.0.1/', 'http://a@b@partner.example/', ' http://partner.example/', 'http://partner.example/ '],
  ...[
    'http://partner.example/a b',
    'http://part\tner.example/',
    'http://partner.example/\n',
    'http://partner.example/\r\nx: y',
    '\thttp://h/',
  ],
  ...['http://partner.example/\u0000', 'http://partner.example/\u0007', 'http://partner.example/\u007f', 'http://partner.example/\u0085'],
  ...['http://partner.example/\u00a0', 'http://partner.example/\u2028', '\ufeffhttp://partner.example/'],
  ...['http://partner.example:0/', 'http://partner.example:22/', 'http://partner.example:25/', 'http://partner.example:6379/'],
  ...['http://partner.example:6667/', 'https://partner.example:10080/', 'http://partner.example:65536/', 'http://partner.example:-1/'],
  ...[
    'http://partner.example:8o/',
    'http://256.1.1.1/',
    'http://1.2.3.4.5/',
    'http://[::1',
    'http://[fe80::1%25eth0]/',
    'http://a..b\u0000/',
  ],
  ...['http://exa%mple/', 'http://exa<mple/', `http://partner.example/${'a'.repeat(2048)}`, `http://${'a'.repeat(100_000)}/`],
  `http://partner.example/${'ü'.repeat(400)}`,
]

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
  test('is tried in at least 80 spellings of forbidden addresses', () => {
    expect(new Set(FORBIDDEN_HOSTS).size).toBeGreaterThanOrEqual(80)
  })

  test.each(FORBIDDEN_HOSTS)('to %s is forbidden, with the one text there is', (host) => {
    for (const url of [`http://${host}/`, `https://${host}:8443/hooks?x=1`]) {
      expect(judgeCallbackUrl(url, rules())).toEqual({
        ok: false,
        forbidden: true,
        detail: 'points to an address that callbacks may not be sent to',
      })
    }
  })

  test.each(MALFORMED)('written %j is refused as invalid', (text) => {
    expect(judgeCallbackUrl(text, rules({ allow: ['loopback'] }))).toMatchObject({ ok: false, forbidden: false })
  })

  test.each(ACCEPTED)('%s is kept as %s', (text, url) => {
    expect(judgeCallbackUrl(text, rules())).toEqual({ ok: true, url })
  })

  test('must be https where only https is allowed', () => {
    const httpsOnly = rules({ httpsOnly: true })
    expect(judgeCallbackUrl('http://partner.example/', httpsOnly)).toMatchObject({ ok: false, forbidden: false })
    expect(judgeCallbackUrl('https://partner.example/', httpsOnly)).toMatchObject({ ok: true })
  })

  test('is judged the same again in the form that is stored', () => {
    const text = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.ipV4Extended().map((host) => `http://${host}/`),
    )
    fc.assert(
      fc.property(text, (url) => {
        const verdict = judgeCallbackUrl(url, rules())
        if (verdict.ok) expect(judgeCallbackUrl(verdict.url, rules())).toEqual(verdict)
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
        const verdict = judgeCallbackUrl(`http://${host}/`, rules())
        if (verdict.ok) expect(mayDial('x', new URL(verdict.url).hostname.replace(/[[\]]/g, ''), 80, rules())).toBe(true)
      }),
    )
  })
})

describe('the allow list', () => {
  test.each(['127.0.0.1', '127.9.9.9', '[::1]', 'localhost', 'a.localhost.', '[::ffff:127.0.0.1]'])('`loopback` opens %s', (host) => {
    expect(judgeCallbackUrl(`http://${host}:8080/`, rules({ allow: ['loopback'] }))).toMatchObject({ ok: true })
  })

  test.each(['10.0.0.1', '0.0.0.0', '169.254.169.254', '[fd00::1]', '[::]', '[64:ff9b::7f00:1]'])('`loopback` does not open %s', (host) => {
    expect(judgeCallbackUrl(`http://${host}:8080/`, rules({ allow: ['loopback'] }))).toMatchObject({ forbidden: true })
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
    expect(judgeCallbackUrl('http://localhost:8080/', rules({ allow: ['localhost'] }))).toMatchObject({ ok: true })
    expect(judgeCallbackUrl('http://127.0.0.1:8080/', rules({ allow: ['localhost'] }))).toMatchObject({ forbidden: true })
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
  test.each(['127.0.0.1', '::ffff:127.0.0.1', '0.0.0.0', '::'])('as %s is never dialled on our port, whatever is allowed', (address) => {
    const open = rules({ allow: ['loopback', '0.0.0.0/0', '::/0', address] })
    expect(mayDial(address, address, 3000, open)).toBe(false)
    expect(mayDial(address, address, 3001, open)).toBe(true)
  })

  test('is refused at submit under its name too', () => {
    const open = rules({ allow: ['loopback'] })
    expect(judgeCallbackUrl('http://localhost:3000/v1/jobs', open)).toMatchObject({ forbidden: true })
    expect(judgeCallbackUrl('http://127.1:3000/v1/jobs', open)).toMatchObject({ forbidden: true })
  })

  test('is every loopback address when we listen on all interfaces', () => {
    const open = rules({ allow: ['loopback'], own: { addresses: ['0.0.0.0', '93.184.215.14'], port: 3000 } })
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '93.184.215.14']) expect(mayDial('x', address, 3000, open)).toBe(false)
    expect(mayDial('x', '8.8.8.8', 3000, open)).toBe(true)
  })
})

test.each(['', 'localhost', '127.1', '::8.8.8.8', '0x7f.0.0.1', '::1%lo', 'fe80::1%eth0', '[::1]', '1.2.3.4 '])(
  'an answer %j of a resolver that is no full address, or not a public one, is not dialled',
  (address) => {
    expect(mayDial('x', address, 80, rules())).toBe(false)
  },
)
