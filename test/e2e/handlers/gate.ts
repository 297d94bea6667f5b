import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Runs until the file `open` exists, or until it is asked to stop. */
export default defineJob({
  type: 'e2e.gate',
  input: z.object({ open: z.string() }),
  async run({ open }, ctx) {
    while (!existsSync(open)) await sleep(10, undefined, { signal: ctx.signal })
    return { attempt: ctx.attempt }
  },
})
