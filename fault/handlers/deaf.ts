import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Takes a while; asked to stop, it goes on for longer than anybody waits. */
export default defineJob({
  type: 'fault.deaf',
  concurrency: 4,
  input: z.object({ ms: z.number() }),
  async run({ ms }, ctx) {
    await sleep(ms, undefined, { signal: ctx.signal }).catch(() => sleep(60_000))
    return { slept: ms }
  },
})
