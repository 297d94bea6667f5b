import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Takes a while, so that kills find it running. */
export default defineJob({
  type: 'fault.nap',
  input: z.object({ ms: z.number() }),
  async run({ ms }, ctx) {
    await sleep(ms, undefined, { signal: ctx.signal })
    return { slept: ms }
  },
})
