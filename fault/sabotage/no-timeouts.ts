/** A connection may take as long as its client likes, for its requests and for the answers. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/server/server-limits.ts', 'headersTimeout: 10 * SECOND', 'headersTimeout: 0')
rewrite('http/server/server-limits.ts', 'requestTimeout: 30 * SECOND', 'requestTimeout: 0')
rewrite('http/server/server-limits.ts', 'idleMs: 15 * SECOND', 'idleMs: 0')
rewrite('http/server/server-limits.ts', 'graceMs: 30 * SECOND', 'graceMs: 2 ** 31 - 1')
