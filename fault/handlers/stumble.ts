import { defineJob } from 'ringback'

/** Fails its first attempt. */
export default defineJob({
  type: 'fault.stumble',
  async run(_input, ctx) {
    if (ctx.attempt === 1) throw new Error('The first attempt always fails.')
    return { attempt: ctx.attempt }
  },
})
