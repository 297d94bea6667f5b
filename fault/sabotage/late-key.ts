/** A job's idempotency key is written by a commit of its own, after the job's; the answer waits for both. */
import { setTimeout as sleep } from 'node:timers/promises'
import { wrapStore } from '../harness/wrap-store.ts'

/** Between the two commits, milliseconds. */
const GAP_MS = 600

wrapStore((store) => ({
  ...store,
  async commit(change) {
    const keys = change.filter((write) => write.write === 'insertIdempotencyKey')
    const isWritten = await store.commit(change.filter((write) => write.write !== 'insertIdempotencyKey'))
    if (keys.length === 0 || !isWritten) return isWritten
    await sleep(GAP_MS)
    await store.commit(keys)
    return true
  },
}))
