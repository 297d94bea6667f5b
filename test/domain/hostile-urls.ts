/** URLs that no callback may be sent to, for the domain's tests and for the fault command. */

/** Every spelling here is a place callbacks must not reach; `host` as it stands in a URL. */
export const FORBIDDEN_HOSTS: readonly string[] = [
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
  // the same again in other notations
  ...['0x7f.0.1', '127.0x1', '0x0a000001', '167772161', '0xa.1', '0254.020.0.1', '2886729729', '0300.0250.1.1', '192.0xa8.1', '1681915905'],
  ...['0xA83F8110', '2822734096', '１６９.２５４.１６９.２５４', '169。254。169。254', '%31%36%39.254.169.254', '169.254.169.254.'],
  ...['[::ffff:10.0.0.1]', '[::ffff:192.168.0.1]', '[::ffff:a9fe:a9fe]', '[::ffff:0.0.0.0]', '[::a00:1]', '[::ffff:0:192.168.0.1]'],
  ...[
    '[64:ff9b::a00:1]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:c0a8:1::]',
    '[2001:0:a9fe:a9fe::]',
    '[FD00:EC2:0:0:0:0:0:254]',
    '[fd00:ec2::23]',
  ],
]

/** Refused for the way it is written, whatever it points to. */
export const MALFORMED_URLS: readonly string[] = [
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
