/** A response is kept whole, however long it is. */
import { rewrite } from './rewrite.ts'

rewrite('webhook/exchange.ts', 'const MAX_BODY = 64 * 1024', 'const MAX_BODY = Number.POSITIVE_INFINITY')
