import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Runs until the file `open` exists, whatever it is asked. One at a time: a second run shows that the first has returned. */
export default defineJob({
  type: 'e2e.ignore-abort',
  concurrency: 1,
  input: z.object({ open: z.string() }),
  async run({ open }) {
    while (!existsSync(open)) await sleep(10)
    return 'finished all the same'
  },
})
