import { defineJob, z } from 'ringback'

/** Takes its thread down with it in its first attempt, in one way or another. */
export default defineJob({
  type: 'e2e.fall',
  input: z.object({ how: z.enum(['throw', 'reject', 'exit', 'memory']) }),
  async run({ how }, ctx) {
    if (ctx.attempt > 1) return { attempt: ctx.attempt }
    if (how === 'throw') setImmediate(() => fall())
    if (how === 'reject') void Promise.reject(new Error('rejected aside'))
    if (how === 'exit') process.exit(3)
    if (how === 'memory') for (const hoard: number[][] = []; ; ) hoard.push(new Array(1_000_000).fill(hoard.length))
    await new Promise(() => {})
  },
})

function fall(): never {
  throw new Error('thrown aside')
}
