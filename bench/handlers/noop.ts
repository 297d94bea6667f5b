import { defineJob } from 'ringback'

/** Does nothing: what is left is Ringback's own work. */
export default defineJob({
  type: 'bench.noop',
  async run() {
    return { done: true }
  },
})
