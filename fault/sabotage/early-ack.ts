/** A submitted job is called committed before it is on its way to the disk. */
import { setTimeout as sleep } from 'node:timers/promises'
import { wrapStore } from '../harness/wrap-store.ts'

/** How long a job is acknowledged and not yet on its way to the disk, milliseconds. */
const GAP_MS = 300

wrapStore((store) => {
  let written: Promise<unknown> = Promise.resolve()
  return {
    ...store,
    async commit(change) {
      if (change.some((write) => write.write === 'insertJob')) {
        written = Promise.all([written, sleep(GAP_MS).then(() => store.commit(change))]).catch(() => {})
        return true
      }
      // What is done with a job comes after the job: the build is broken in one way only.
      await written
      return store.commit(change)
    },
  }
})
