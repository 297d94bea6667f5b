import { content, defineJob, z } from 'ringback'

/** Ends at once with so many bytes as its result. */
export default defineJob({
  type: 'fault.bulky',
  input: z.object({ bytes: z.number() }),
  async run({ bytes }) {
    return content(Buffer.alloc(bytes, 'x'), 'text/plain')
  },
})
