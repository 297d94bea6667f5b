import { defineJob } from 'ringback'

/** Ends at once, with its payload as the result. */
export default defineJob({
  type: 'fault.noop',
  async run(input) {
    return input
  },
})
