import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Tells its stage as the message of its progress, waits until the file of the stage exists, and goes on to the next. */
export default defineJob({
  type: 'e2e.stages',
  input: z.object({ files: z.array(z.string()) }),
  async run({ files }, ctx) {
    for (const [n, file] of files.entries()) {
      ctx.progress(n, `stage ${n}`)
      while (!existsSync(file)) await sleep(10, undefined, { signal: ctx.signal })
    }
    return { stages: files.length }
  },
})
