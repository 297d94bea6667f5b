/** Names are looked up by getaddrinfo, on libuv's few threads. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'http-client/resolve.ts',
  'return await ask(clock, candidate, servers, later)',
  "return (await (await import('node:dns/promises')).lookup(candidate, { all: true })).map(({ address }) => address)",
)
