import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Clock } from '../ports/runtime.ts'

/**
 * The addresses of a host name, best first. Rejects when it has none. Where one family (IPv4, IPv6) answers long before the
 * other, `later` is called with the other one's addresses, if any ever come.
 */
export type Resolve = (host: string, later?: (addresses: readonly string[]) => void) => Promise<readonly string[]>

/** Where names are looked up. */
export interface ResolveSettings {
  clock: Pick<Clock, 'sleep'>
  hostsFile?: string
  /** For its search domains, see resolv.conf(5). */
  configFile?: string
  /** `address:port` of the name servers; the machine's when absent. */
  servers?: readonly string[]
}

/** Once one family has answered, the other one has so long, milliseconds (RFC 8305 section 3). */
const OTHER_FAMILY_MS = 50
const LOOPBACK = ['127.0.0.1', '::1']
/** The time-out of one question to one name server, milliseconds; the second and last try may take twice as long. */
const QUERY_MS = 3_000
const QUERY_TRIES = 2

/**
 * Asks the hosts file, then the machine's name servers with its search domains.
 *
 * It does not use `getaddrinfo`, which holds one of libuv's few threads while it waits: a handful of names whose servers say nothing
 * would stop every other look-up, and everything else those threads do. Connections that ask for a name while it is being
 * looked up share the answer; afterwards it is forgotten.
 */
export function systemResolve({ clock, hostsFile = '/etc/hosts', configFile = '/etc/resolv.conf', servers }: ResolveSettings): Resolve {
  const underWay = new Map<string, LookUp>()

  async function lookUp(host: string, later: (addresses: readonly string[]) => void): Promise<readonly string[]> {
    const name = host.toLowerCase().replace(/\.$/, '')
    const listed = hostsEntry(await textOf(hostsFile), name)
    if (listed.length > 0) return listed
    // RFC 6761: no name server is asked for it.
    if (/(?:^|\.)localhost$/.test(name)) return LOOPBACK
    const candidates = host.endsWith('.') ? [name] : searched(name, searchDomains(await textOf(configFile)))
    let failure: unknown
    for (const candidate of candidates) {
      try {
        return await ask(clock, candidate, servers, later)
      } catch (error) {
        failure = error
        if (!isAbsent(error)) break
      }
    }
    throw failure
  }

  return (host, later) => {
    let one = underWay.get(host)
    if (one === undefined) {
      const listeners = new Set<(addresses: readonly string[]) => void>()
      const answer = lookUp(host, (addresses) => listeners.forEach((listen) => void listen(addresses))).finally(() => underWay.delete(host))
      one = { answer, listeners }
      underWay.set(host, one)
    }
    if (later !== undefined) one.listeners.add(later)
    return one.answer
  }
}

interface LookUp {
  answer: Promise<readonly string[]>
  listeners: Set<(addresses: readonly string[]) => void>
}

/** The addresses of one family are enough once the other has had a moment to answer as well. Rejects when neither has an address. */
async function ask(
  clock: Pick<Clock, 'sleep'>,
  name: string,
  servers: readonly string[] | undefined,
  later: (addresses: readonly string[]) => void,
): Promise<readonly string[]> {
  // Each look-up has its own: it asks from a fresh port, and the name servers that are configured at that time.
  const resolver = new Resolver({ timeout: QUERY_MS, tries: QUERY_TRIES })
  if (servers) resolver.setServers(servers)
  const failures: unknown[] = []
  const families = [resolver.resolve4(name), resolver.resolve6(name)].map((question) =>
    question.catch((error: unknown): string[] => {
      failures.push(error)
      return []
    }),
  ) as [Promise<string[]>, Promise<string[]>]
  const all = Promise.all(families).then((answers) => answers.flat())
  const early = families.map(async (family) => {
    const addresses = await family
    if (addresses.length === 0) return all
    const isAll = await Promise.race([all.then(() => true), clock.sleep(OTHER_FAMILY_MS).then(() => false)])
    return isAll ? all : addresses
  })
  const found = await Promise.race(early)
  void all.then((addresses) => {
    const missed = addresses.filter((address) => !found.includes(address))
    if (missed.length > 0) later(missed)
  })
  if (found.length > 0) return found
  throw failures.find((failure) => !isAbsent(failure)) ?? failures[0] ?? new Error('no addresses')
}

/** The name servers say that there is no such name, or no address of it. */
function isAbsent(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'ENOTFOUND' || code === 'ENODATA'
}

/** hosts(5): an address, then its names. */
function hostsEntry(text: string, name: string): string[] {
  return lines(text).flatMap(([address = '', ...names]) =>
    isIP(address) !== 0 && names.some((one) => one.toLowerCase() === name) ? [address] : [],
  )
}

/** The last `search` or `domain` line counts. */
function searchDomains(text: string): string[] {
  const [, ...domains] = lines(text).findLast(([keyword]) => keyword === 'search' || keyword === 'domain') ?? []
  return domains.map((domain) => domain.replace(/\.$/, '')).filter((domain) => domain !== '')
}

/** A name with a dot is tried as it stands first, one without comes last. */
function searched(name: string, domains: readonly string[]): string[] {
  const completed = domains.map((domain) => `${name}.${domain}`)
  return name.includes('.') ? [name, ...completed] : [...completed, name]
}

/** The words of each line without its comment. */
function lines(text: string): string[][] {
  return text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  )
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
