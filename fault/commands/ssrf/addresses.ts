/** The network of the `ssrf` command: which addresses its loopback interface has, and who answers there. */
import ipaddr from 'ipaddr.js'
import { FORBIDDEN_HOSTS } from '../../../test/domain/hostile-urls.ts'

/** Stand for partners on the Internet. */
export const PUBLIC = [
  '93.184.216.34',
  '8.8.8.8',
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '2606:2800:220:1::1',
  '2a00:1450:4001::8',
  '2001:4860:4860::8888',
]

/** Where clouds serve credentials: open only when named one by one. */
export const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.0.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]

/** The first and last of every forbidden range, as far as one machine can have them as addresses. */
const EDGES = [
  ...[
    '0.0.0.1',
    '0.255.255.255',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.0.1',
    '169.254.255.254',
  ],
  ...[
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.0',
    '192.0.0.255',
    '192.0.2.0',
    '192.0.2.255',
    '192.31.196.0',
    '192.31.196.255',
    '192.52.193.0',
    '192.52.193.255',
  ],
  ...[
    '192.88.99.0',
    '192.88.99.255',
    '192.168.0.0',
    '192.168.255.255',
    '192.175.48.0',
    '192.175.48.255',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.0',
    '198.51.100.255',
  ],
  ...['203.0.113.0', '203.0.113.255', '240.0.0.0', '255.255.255.254'],
  ...[
    '::1',
    '::2',
    '64:ff9b::5db8:d822',
    '64:ff9b:1::5db8:d822',
    '100::',
    '2001::',
    '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  ...[
    '2002::',
    '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:8000::',
    '3fff::',
    '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
    '4000::',
    '5f00::',
    'fc00::',
    'fdff:ffff::1',
    'fec0::',
    '1fff:ffff::1',
    'e000::1',
  ],
]

/** What a URL's host is when it is an address: dotted quad, or IPv6 without brackets. Null for a name. */
function addressOf(host: string): string | null {
  const text = new URL(`http://${host}/`).hostname.replace(/[[\]]/g, '')
  return ipaddr.isValid(text) ? canonical(text) : null
}

/** One text for each address; an IPv4-mapped one is the IPv4 address that is dialled for it. */
export function canonical(address: string): string {
  const parsed = ipaddr.parse(
    address.includes('.') && address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address,
  )
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toString()
}

/** No TCP connection can be made to these: groups, the broadcast address, and a link's own without the link. */
function isDialable(address: string): boolean {
  return !['multicast', 'broadcast', 'linkLocal', 'unspecified'].includes(ipaddr.parse(address).range()) || address.startsWith('169.254.')
}

/** Forbidden addresses that a canary listens on: all that are spelt, all metadata addresses, and the edges of every range. */
export const CANARIES: readonly string[] = [
  ...new Set([...FORBIDDEN_HOSTS.flatMap((host) => addressOf(host) ?? []), ...METADATA, ...EDGES].map(canonical)),
].filter(isDialable)
