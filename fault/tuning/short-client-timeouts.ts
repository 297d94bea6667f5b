/** No sabotage: what slow clients are given in seconds is given in twentieths of a second, so that a test need not wait. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/server/server-limits.ts', 'const SECOND = 1000', 'const SECOND = 50')
