import { defineJob, z } from 'ringback'

/** Computes for `ms` milliseconds without ever giving its thread back, and tells how often it went round. */
export default defineJob({
  type: 'e2e.busy',
  input: z.object({ ms: z.number() }),
  async run({ ms }) {
    const startedAt = performance.now()
    let rounds = 0
    while (performance.now() - startedAt < ms) rounds += 1
    return { rounds, busyMs: performance.now() - startedAt }
  },
})
