import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Runs until the file `open` exists, whatever it is asked. One at a time, so that the next one shows that it has returned. */
export default defineJob({
  type: 'e2e.deaf',
  concurrency: 1,
  input: z.object({ open: z.string() }),
  async run({ open }) {
    while (!existsSync(open)) await sleep(10)
    return 'finished all the same'
  },
})
