import { existsSync } from 'node:fs'
import { defineJob, z } from 'ringback'

/** Computes until the file `open` exists, and never gives its thread back before. */
export default defineJob({
  type: 'e2e.compute',
  input: z.object({ open: z.string() }),
  async run({ open }) {
    let rounds = 0
    while (!existsSync(open)) rounds += 1
    return { rounds }
  },
})
