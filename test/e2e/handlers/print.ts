import { defineJob } from 'ringback'

/** Prints more than a pipe holds, to both streams. */
export default defineJob({
  type: 'e2e.print',
  async run() {
    for (let line = 0; line < 2_000; line += 1) {
      console.log('x'.repeat(100))
      console.error('x'.repeat(100))
    }
    return 'said'
  },
})
