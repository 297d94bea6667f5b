import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Reports what the file `script` says, a percentage, whenever it says another, and ends when that is 100. */
export default defineJob({
  type: 'e2e.follow-script',
  input: z.object({ script: z.string() }),
  async run({ script }, ctx) {
    for (let told = -1; told < 100; ) {
      const percent = Number(readFileSync(script, 'utf8'))
      if (percent > told) {
        told = percent
        ctx.progress(percent)
      } else await sleep(10, undefined, { signal: ctx.signal })
    }
    return { attempt: ctx.attempt }
  },
})
