import { defineJob, z } from 'ringback'

/** Its payload takes `ms` milliseconds to check. */
export default defineJob({
  type: 'fault.ponder',
  input: z.object({ ms: z.number() }).refine(({ ms }) => {
    const startedAt = performance.now()
    while (performance.now() - startedAt < ms);
    return true
  }),
  async run() {
    return null
  },
})
