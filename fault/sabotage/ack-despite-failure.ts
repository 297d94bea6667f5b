/** A commit that failed is answered as if it had been done. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/threads/write-queue.ts', 'else caller.reject(errorOf(failure))', 'else caller.resolve(true)')
