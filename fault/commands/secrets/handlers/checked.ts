import { defineJob, z } from 'ringback'

/** A schema with a fault of its own: it throws instead of refusing, and its words quote the payload. */
export default defineJob({
  type: 'canary.checked',
  input: z.string().transform((text) => {
    throw new Error(`cannot read ${text}`)
  }),
  run: () => null,
})
