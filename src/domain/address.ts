/**
 * IP addresses: which ones belong to the public Internet, and which carry another one inside.
 *
 * An address is public only when it is global unicast by the IANA special-purpose registries (RFC 6890). For IPv6 that is
 * turned around: everything outside 2000::/3 is refused unseen, so a range nobody has thought of is refused as well.
 */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** An IPv4-mapped IPv6 address is kept as the IPv4 address the kernel dials for it. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6
/** A block of addresses: its first address and the length of its prefix, bits. */
export type Block = [Address, number]

const NOT_PUBLIC = [
  '0.0.0.0/8', // this network: dials the machine itself
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '2001::/23', // protocol assignments, Teredo, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
].map(parseBlock)

const GLOBAL_IPV6 = parseBlock('2000::/3')

/** Where clouds serve credentials or control to whoever can send a request from inside. */
const METADATA = new Set(
  [
    '169.254.169.254', // AWS, Azure, Google, DigitalOcean, Oracle, OpenStack
    '169.254.170.2', // AWS ECS task credentials
    '169.254.170.23', // AWS EKS pod identity
    '169.254.0.23', // Tencent
    '100.100.100.200', // Alibaba
    '168.63.129.16', // Azure wire server, in public address space
    '192.0.0.192', // Oracle
    'fd00:ec2::254', // AWS
    'fd00:ec2::23', // AWS EKS pod identity
    'fd20:ce::254', // Google
  ].map((text) => parseKnown(text).toString()),
)

/** Where an IPv6 address carries an IPv4 one: offset of its four bytes. */
const CARRIERS: readonly { block: Block; at: number; inverted?: true }[] = [
  { block: parseBlock('::/96'), at: 12 }, // IPv4-compatible (RFC 4291)
  { block: parseBlock('::ffff:0:0:0/96'), at: 12 }, // IPv4-translated (RFC 7915)
  { block: parseBlock('64:ff9b::/96'), at: 12 }, // NAT64 (RFC 6052)
  { block: parseBlock('64:ff9b:1::/48'), at: 12 }, // NAT64, local prefixes (RFC 8215)
  { block: parseBlock('2002::/16'), at: 2 }, // 6to4 (RFC 3056)
  { block: parseBlock('2001::/32'), at: 4 }, // Teredo server (RFC 4380)
  { block: parseBlock('2001::/32'), at: 12, inverted: true }, // Teredo client
]

/** The address a text spells in full (dotted quad, RFC 4291); undefined for anything else, short forms and zones included. */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 || text.includes('%') ? undefined : parseKnown(text)
}

/** `text` is a CIDR block. Bits to the right of the prefix do not matter. */
export function parseBlock(text: string): Block {
  const [base = '', bits = ''] = text.split('/')
  return ipaddr.parseCIDR(`${withoutDots(base)}/${bits}`)
}

/** Whether an address lies in a block; false for blocks of the other family. */
export function isWithin(address: Address, [base, bits]: Block): boolean {
  return address.kind() === base.kind() && address.match(base, bits)
}

/** Whether an address belongs to the public Internet. */
export function isPublic(address: Address): boolean {
  if (isMetadata(address) || NOT_PUBLIC.some((block) => isWithin(address, block))) return false
  return address.kind() === 'ipv4' || isWithin(address, GLOBAL_IPV6)
}

/** Whether clouds serve credentials or control at this address. */
export function isMetadata(address: Address): boolean {
  return METADATA.has(address.toString())
}

/** The IPv4 addresses that a gateway would reach through this IPv6 address. */
export function carriedAddresses(address: Address): Address[] {
  // `::` and `::1` look IPv4-compatible but are addresses in their own right.
  if (address.kind() === 'ipv4' || isUnspecified(address) || address.toString() === '::1') return []
  const bytes = address.toByteArray()
  return CARRIERS.filter(({ block }) => isWithin(address, block)).map(({ at, inverted }) =>
    ipaddr.fromByteArray(bytes.slice(at, at + 4).map((byte) => (inverted ? byte ^ 0xff : byte))),
  )
}

/** `0.0.0.0` and `::`: dialled, they reach the machine itself. */
export function isUnspecified(address: Address): boolean {
  return address.toByteArray().every((byte) => byte === 0)
}

function parseKnown(text: string): Address {
  return ipaddr.process(withoutDots(text))
}

/** ipaddr.js reads `::1.2.3.4` as `::ffff:1.2.3.4`, which is another address: it gets the form without a dotted quad. */
function withoutDots(text: string): string {
  return text.includes(':') ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : text
}
