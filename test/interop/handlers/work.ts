import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, JobError, z } from 'ringback'

/** Takes as long and ends as its payload says. */
export default defineJob({
  type: 'interop.work',
  input: z.object({ ms: z.int(), fail: z.boolean().optional() }),
  maxAttempts: 1,
  async run({ ms, fail }, ctx) {
    await sleep(ms, undefined, { signal: ctx.signal })
    if (fail) throw new JobError('out_of_paper', 'There is no paper.', { retryable: false })
    return { done: true }
  },
})
