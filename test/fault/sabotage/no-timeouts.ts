/** A connection may take as long as its client likes, for its requests and for the answers. */
import { rewrite } from './rewrite.ts'

rewrite('http/server-limits.ts', 'headersTimeout: 10 * SECOND', 'headersTimeout: 0')
rewrite('http/server-limits.ts', 'requestTimeout: 30 * SECOND', 'requestTimeout: 0')
rewrite('http/server-limits.ts', 'periodMs: 30 * SECOND', 'periodMs: 2 ** 31 - 1')
