import { lookup } from 'node:dns/promises'

/** All addresses of a host name, best first. Rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>

/**
 * The system's resolver (hosts file, search domains and all). Connections that ask for a name while it is being looked
 * up share the answer: `getaddrinfo` holds one of libuv's few threads, and a name that hangs must not take them all.
 */
export function systemResolve(): Resolve {
  const underWay = new Map<string, Promise<readonly string[]>>()
  return (host) => {
    const known = underWay.get(host)
    if (known !== undefined) return known
    const answer = lookup(host, { all: true, order: 'verbatim' })
      .then((records) => records.map(({ address }) => address))
      .finally(() => underWay.delete(host))
    underWay.set(host, answer)
    return answer
  }
}
