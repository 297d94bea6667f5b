/**
 * The kinds of values a setting can have: each takes the text of an environment variable and gives the value, or throws
 * `BadValue` with words that follow the variable's name. The words never repeat the text: it may be a secret in the wrong place.
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { DURATION_EXAMPLES, parseDuration } from '../domain/duration.ts'

/** Why a text is not a value. */
export class BadValue extends Error {}

type Parse<T> = (text: string) => T

/** Timers count in 31 bits: whatever is waited for by one must be shorter. */
export const LONGEST_TIMER = 24 * 86_400_000
const LONGEST_DURATION = 36_500 * 86_400_000

/** A whole number within bounds, in decimal digits. */
export function wholeNumber(min: number, max: number): Parse<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new BadValue(`must be a whole number from ${min} to ${max}`)
  }
}

/** The URL of a Redis server. */
export function redisUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '') return text
  throw new BadValue('must be a URL such as redis://127.0.0.1:6379')
}

const SSL_MODES = ['disable', 'verify-full', 'no-verify']

/** A PostgreSQL database, with the certificates that `sslrootcert` names as PEM text. */
export function databaseUrl(text: string): { url: string; rootCertificate: string | null } {
  const url = URL.canParse(text) ? new URL(text) : null
  const isComplete = url !== null && ['postgres:', 'postgresql:'].includes(url.protocol) && url.hostname !== '' && url.pathname.length > 1
  if (!isComplete) throw new BadValue('must be a URL such as postgres://user:password@127.0.0.1:5432/ringback')
  const unknown = [...url.searchParams.keys()].find((name) => !['sslmode', 'sslrootcert'].includes(name))
  if (unknown !== undefined) throw new BadValue('may have the parameters sslmode and sslrootcert only')
  const mode = url.searchParams.get('sslmode') ?? 'disable'
  // Others mean one thing to the server's own programs and another to the driver.
  if (!SSL_MODES.includes(mode)) throw new BadValue(`must have one of these as sslmode: ${SSL_MODES.join(', ')}`)
  const path = url.searchParams.get('sslrootcert')
  if (path !== null && mode !== 'verify-full') throw new BadValue('has an sslrootcert, which needs sslmode=verify-full')
  return { url: text, rootCertificate: path === null ? null : certificates(path) }
}

/** A share of one: 0 to 1. */
export function share(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= 0 && value <= 1) return value
  throw new BadValue('must be a number from 0 to 1')
}

/** A duration with its unit, in milliseconds. `atLeast` names the shortest one for the message. */
export function duration(atLeast: string, max = LONGEST_DURATION): Parse<number> {
  const min = parseDuration(atLeast) ?? 0
  return (text) => {
    const value = parseDuration(text)
    if (value === undefined) throw new BadValue(`must be a duration such as ${DURATION_EXAMPLES}`)
    if (value < min) throw new BadValue(`must be at least ${atLeast}`)
    if (value > max) throw new BadValue(`must be at most ${max / 86_400_000}d`)
    return value
  }
}

/** The waits of a retry schedule in milliseconds; `none` is the empty one. */
export function schedule(text: string): readonly number[] {
  return text === 'none' ? [] : items(text).map(duration('1ms'))
}

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** A size in bytes: `1 MiB`, `64KiB`, or plain bytes. */
export function size(min: number, max: number): Parse<number> {
  return (text) => {
    const [, amount, unit = ''] = /^(\d+) ?(B|KiB|MiB|GiB)?$/.exec(text) ?? []
    if (amount === undefined) throw new BadValue('must be a size such as 1 MiB, 64KiB or 4096 (bytes)')
    const value = Number(amount) * (SIZE_UNITS[unit] ?? Number.NaN)
    if (value >= min && value <= max) return value
    throw new BadValue(`must be from ${min} to ${max} bytes`)
  }
}

/** `true` or `false`. */
export function yesOrNo(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new BadValue('must be true or false')
  return text === 'true'
}

/** `1` or `0`, as a boolean. */
export function oneOrZero(text: string): boolean {
  if (text !== '1' && text !== '0') throw new BadValue('must be 1 or 0')
  return text === '1'
}

/** `on` or `off`, as a boolean. */
export function onOrOff(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new BadValue('must be on or off')
  return text === 'on'
}

/** One of these words. */
export function oneOf<const T extends string>(words: readonly T[]): Parse<T> {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found === undefined) throw new BadValue(`must be one of ${words.join(', ')}`)
    return found
  }
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i

/** An IP address (IPv6 without brackets) or a host name. */
export function host(text: string): string {
  // All digits and dots is a misspelt address, not a name.
  if (isIP(text) === 0 && (!HOST_NAME.test(text) || /^[\d.]+$/.test(text))) throw new BadValue('must be an IP address or a host name')
  return text
}

/** Hosts, IP addresses, CIDR blocks and the word `loopback`, as `domain/callback-url.ts` reads them. */
export function allowList(text: string): readonly string[] {
  return items(text).map((item) => {
    const [address = '', bits, ...rest] = item.split('/')
    if (bits === undefined) return host(item)
    const width = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    if (rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > width)
      throw new BadValue('has an entry that is not a CIDR block such as 10.0.0.0/8')
    return item
  })
}

/** An http or https URL without user name, query or fragment, and without a slash at its end. */
export function baseUrl(text: string): string {
  const url = webUrl(text)
  if (url.search !== '' || text.includes('?')) throw new BadValue('must not have a query')
  return url.href.replace(/\/+$/, '')
}

/** The origins of a comma list as browsers write them, or `*` alone. */
export function origins(text: string): readonly string[] {
  const list = items(text)
  if (list.includes('*') && list.length > 1) throw new BadValue('must be * alone, or a list of origins')
  return list.map((item) => (item === '*' ? item : origin(item)))
}

/** Apps in a web view have schemes of their own, which no URL has an origin for. */
function origin(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*]+$/i.test(text) || !URL.canParse(text)) {
    throw new BadValue('must be a comma list of origins such as https://app.example, without a path')
  }
  const { origin } = new URL(text)
  return origin === 'null' ? text.toLowerCase() : origin
}

/** A folder that exists, as an absolute path. */
export function existingFolder(text: string): string {
  const path = resolve(text)
  if (!isFolder(path)) throw new BadValue('must be a folder that exists')
  return path
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** The certificates in a PEM file, as PEM text. */
export function certificates(text: string): string {
  const path = resolve(text)
  const pem = readText(path)
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new BadValue('must be a PEM file, and this one holds no certificate')
  for (const block of blocks) {
    try {
      new X509Certificate(block)
    } catch {
      throw new BadValue('holds a certificate that cannot be read')
    }
  }
  return pem
}

/** A secret of at least 32 printable characters without spaces. */
export function secret(text: string): string {
  if (!/^[\x21-\x7e]{32,}$/.test(text)) throw new BadValue('must be 32 or more printable characters without spaces')
  return text
}

/** The text of a file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : 'unknown error'
    throw new BadValue(`names a file that cannot be read (${reason})`)
  }
}

/** An http or https URL without user name, password or fragment. */
export function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:\/\//i.test(text)) throw new BadValue('must be an absolute http or https URL')
  if (url.username !== '' || url.password !== '') throw new BadValue('must not have a user name or password in a URL')
  if (text.includes('#')) throw new BadValue('must not have a fragment in a URL')
  return url
}

/** The entries between commas. */
export function items(text: string): string[] {
  const list = text.split(',').map((item) => item.trim())
  if (list.includes('')) throw new BadValue('has an empty entry between commas')
  return list
}
