/** A response is read and kept whole, however long it is. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('webhook/exchange.ts', 'const MAX_BODY = 64 * 1024', 'const MAX_BODY = Number.POSITIVE_INFINITY')
rewrite('webhook/bound-reads.ts', 'const MAX_BYTES = 256 * 1024', 'const MAX_BYTES = Number.POSITIVE_INFINITY')
