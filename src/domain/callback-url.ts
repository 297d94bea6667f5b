/** Where callbacks may go: the operator's rules, and the one form in which a URL is stored and dialled. Pure; never resolves a name. */
import { isIP } from 'node:net'
import {
  type Address,
  type Block,
  carriedAddresses,
  isMetadata,
  isPublic,
  isUnspecified,
  isWithin,
  parseAddress,
  parseBlock,
} from './address.ts'

const LOOPBACK = ['127.0.0.0/8', '::1/128']
const LOOPBACK_BLOCKS = LOOPBACK.map(parseBlock)

/** The operator's rules, prepared for checks: see `callbackRules`. */
export interface CallbackRules {
  httpsOnly: boolean
  hosts: ReadonlySet<string>
  addresses: ReadonlySet<string>
  blocks: readonly Block[]
  own: () => readonly Listening[]
  interfaces: () => readonly string[]
}

/** A listening socket, as the system tells of it. */
export interface Listening {
  /** `0.0.0.0` or `::` stand for every address of the machine. */
  address: string
  port: number
}

/** The operator's rules as they are configured. */
export interface CallbackRuleSettings {
  /** What may be private: host names, IP addresses, CIDR blocks, and `loopback` for 127.0.0.0/8 and ::1. */
  allow: readonly string[]
  httpsOnly: boolean
  /** What we listen on at present: the owner of a data folder may come back at another address. */
  own: () => readonly Listening[]
  /** The addresses of the machine's interfaces at present: they come and go. */
  interfaces: () => readonly string[]
}

/** Throws for an entry with a slash that is no CIDR block; any other entry that is no address is a host name. */
export function callbackRules({ allow, httpsOnly, own, interfaces }: CallbackRuleSettings): CallbackRules {
  const entries = allow.flatMap((entry) => (entry === 'loopback' ? LOOPBACK : [entry]))
  const blocks = entries.filter((entry) => entry.includes('/'))
  const named = entries.filter((entry) => !entry.includes('/'))
  return {
    httpsOnly,
    hosts: new Set(named.filter((entry) => parseAddress(entry) === undefined).map(hostKey)),
    addresses: new Set(named.flatMap((entry) => parseAddress(entry)?.toString() ?? [])),
    blocks: blocks.map(parseBlock),
    own,
    interfaces,
  }
}

/**
 * Whether `address` may be dialled for `host` (the host of the URL: a name, or the address itself). An address that
 * carries another one must pass as both. A metadata address passes only when it is itself in the allow list.
 */
export function mayDial(host: string, address: string, port: number, rules: CallbackRules): boolean {
  const parsed = parseAddress(address)
  if (parsed === undefined) return false
  const carried = carriedAddresses(parsed)
  if ([parsed, ...carried].some((one) => isOwn(one, port, rules))) return false
  const opened = (one: Address) => isOpened(one, host, rules)
  return opened(parsed) && (rules.addresses.has(parsed.toString()) || carried.every(opened))
}

/** The form in which host names are compared: lower case, without the dot of the root. */
function hostKey(host: string): string {
  return host.toLowerCase().replace(/\.+$/, '')
}

function isOpened(address: Address, host: string, rules: CallbackRules): boolean {
  if (rules.addresses.has(address.toString())) return true
  if (isMetadata(address)) return false
  return isPublic(address) || rules.hosts.has(hostKey(host)) || rules.blocks.some((block) => isWithin(address, block))
}

function isOwn(address: Address, port: number, rules: CallbackRules): boolean {
  return rules.own().some((listening) => {
    const own = listening.port === port ? parseAddress(listening.address) : undefined
    if (own === undefined) return false
    return own.toString() === address.toString() || isUnspecified(address) || (isUnspecified(own) && isOfThisMachine(address, rules))
  })
}

function isOfThisMachine(address: Address, rules: CallbackRules): boolean {
  if (LOOPBACK_BLOCKS.some((block) => isWithin(address, block))) return true
  return rules.interfaces().some((one) => parseAddress(one)?.toString() === address.toString())
}

/** What a check of a callback URL gives: its canonical form, or why it is refused. */
export type CallbackUrlCheck =
  | { ok: true; url: string }
  /** `forbidden`: well-formed, but to a place callbacks may not go. `detail` says which rule, never which address. */
  | { ok: false; forbidden: boolean; detail: string }

const MAX_LENGTH = 2048

/** The ports the Fetch standard blocks, because other protocols would take a request for commands; and Redis, which does too. */
const BAD_PORTS = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
  119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
  989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
])

/**
 * Judges a callback URL as it was submitted. What is refused for its spelling would otherwise mean one thing to us and
 * another to the next parser. The accepted `url` is the WHATWG form without fragment (a fragment is never sent).
 */
export function checkCallbackUrl(text: string, rules: CallbackRules): CallbackUrlCheck {
  if (text.length > MAX_LENGTH) return malformed(`is longer than ${MAX_LENGTH} characters`)
  if (/[\s\p{Cc}]/u.test(text)) return malformed('contains white space or a control character')
  if (text.includes('\\')) return malformed('contains a backslash')
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1]
  if (authority === undefined) return malformed('is not an http:// or https:// URL with a host')
  if (authority.includes('@')) return malformed('contains a user name or password')

  const url = URL.parse(text)
  if (url === null) return malformed('is not a valid URL')
  url.hash = ''
  if (url.href.length > MAX_LENGTH) return malformed(`is longer than ${MAX_LENGTH} characters when percent-encoded`)
  if (rules.httpsOnly && url.protocol !== 'https:') return malformed('is not an https:// URL')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (BAD_PORTS.has(port)) return malformed('names a port that is not for HTTP')

  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const address = knownAddress(host)
  if (address !== undefined && !mayDial(host, address, port, rules)) {
    return { ok: false, forbidden: true, detail: 'points to an address that callbacks may not be sent to' }
  }
  return { ok: true, url: url.href }
}

/** The address that needs no resolver: a literal, or the loopback that `localhost` and its subdomains always are (RFC 6761). */
function knownAddress(host: string): string | undefined {
  if (isIP(host) !== 0) return host
  return /(?:^|\.)localhost$/.test(hostKey(host)) ? '127.0.0.1' : undefined
}

function malformed(detail: string): CallbackUrlCheck {
  return { ok: false, forbidden: false, detail }
}
