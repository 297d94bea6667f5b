import { defineJob, z } from 'ringback'

/** Ends its thread in its first attempt, in one way or another. */
export default defineJob({
  type: 'e2e.lose-thread',
  input: z.object({ how: z.enum(['throw', 'reject', 'exit', 'memory']) }),
  async run({ how }, ctx) {
    if (ctx.attempt > 1) return { attempt: ctx.attempt }
    if (how === 'throw') setImmediate(() => throwIt())
    if (how === 'reject') void Promise.reject(new Error('rejected, and nobody waits for it'))
    if (how === 'exit') process.exit(3)
    if (how === 'memory') for (const kept: number[][] = []; ; ) kept.push(new Array(1_000_000).fill(kept.length))
    await new Promise(() => {})
  },
})

function throwIt(): never {
  throw new Error('thrown where nobody catches')
}
