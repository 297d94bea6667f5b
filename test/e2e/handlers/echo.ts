import { defineJob } from 'ringback'

/** Ends at once, with its payload as the result. */
export default defineJob({
  type: 'e2e.echo',
  async run(input) {
    return input
  },
})
