/** URLs that name an address, or nothing at all: what a submit must refuse, and a send too. */
import ipaddr from 'ipaddr.js'
import { FORBIDDEN_HOSTS, MALFORMED_URLS } from '../../../test/domain/hostile-urls.ts'
import type { Rng } from '../../harness/rng.ts'
import { CANARIES, PUBLIC } from './addresses.ts'

export interface UrlCase {
  id: string
  url: string
}

/** Refused as a place callbacks may not go: every spelling, over both schemes by turns. */
export const FORBIDDEN_URLS: readonly UrlCase[] = [...new Set(FORBIDDEN_HOSTS)].map((host, n) => ({
  id: 'S1',
  url: n % 2 === 0 ? `http://${host}/spelt/${n}` : `https://${host}:8443/spelt/${n}?x=1`,
}))

/** Refused for how they are written: spelling (S7) or scheme (S8). */
export const MALFORMED: readonly UrlCase[] = MALFORMED_URLS.map((url) => ({ id: /^(?!https?:)[a-z]+:/i.test(url) ? 'S8' : 'S7', url }))

/** Public addresses in the forms people write them; they must be served. */
export const PUBLIC_URLS: readonly UrlCase[] = [
  ...PUBLIC.map(bracketed),
  '134744072',
  '0x08.0x08.0x08.0x08',
  '010.8.8.8',
  '8.8.8.8.',
  '１.１.１.１',
].map((host, n) => ({
  id: 'public',
  url: `http://${host}/literal/${n}`,
}))

/** A canary's address in a random notation. */
export function randomUrl(rng: Rng, n: number): UrlCase {
  const address = CANARIES[rng.between(0, CANARIES.length - 1)] ?? '127.0.0.1'
  const host = address.includes(':') ? spellV6(address, rng) : spellV4(address, rng)
  return { id: 'S1', url: `http://${host}${rng.next() < 0.3 ? ':8080' : ''}/random/${n}` }
}

/** With some of its last bytes in one number, each number in a base of its own, or as the end of an IPv6 address. */
function spellV4(address: string, rng: Rng): string {
  const bytes = address.split('.').map(Number)
  if (rng.next() < 0.3) {
    const prefix = ['::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'][rng.between(0, 4)]
    return bracketed(`${prefix}${rng.next() < 0.5 ? address : hexWords(bytes)}`)
  }
  const parts = rng.between(1, 4)
  const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0)
  const spelt = [...bytes.slice(0, parts - 1), last].map((number) => inSomeBase(number, rng)).join('.')
  return rng.next() < 0.2 ? `${spelt}.` : spelt
}

function inSomeBase(number: number, rng: Rng): string {
  const bases = [
    () => `${number}`,
    () => `0x${number.toString(16)}`,
    () => `0${number.toString(8)}`,
    () => `0X${number.toString(16).toUpperCase()}`,
  ]
  return (bases[rng.between(0, bases.length - 1)] ?? String)(number)
}

/** In full, short, or upper case. */
function spellV6(address: string, rng: Rng): string {
  const parsed = ipaddr.IPv6.parse(address)
  const full = parsed.parts.map((part) => part.toString(16).padStart(4, '0')).join(':')
  const forms = [parsed.toNormalizedString(), parsed.toRFC5952String(), full, full.toUpperCase()]
  return bracketed(forms[rng.between(0, forms.length - 1)] ?? address)
}

function hexWords([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
