import { content, defineJob } from 'ringback'

/** Ends at once, with the bytes of its payload as they reached it. */
export default defineJob({
  type: 'fault.bytes',
  async run(_input, ctx) {
    return content(ctx.rawInput, 'application/json')
  },
})
