/** A commit that failed is answered as if it had been done. */
import { wrapStore } from '../harness/wrap-store.ts'

wrapStore((store) => ({ ...store, commit: (change) => store.commit(change).catch(() => true) }))
