import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineJob, z } from 'ringback'

/** Takes a while, and writes into the file `journal` when each of its runs begins and ends, and where. */
export default defineJob({
  type: 'fault.witness',
  input: z.object({ ms: z.number(), journal: z.string() }),
  async run({ ms, journal }, { jobId, attempt, signal }) {
    const write = (kind: 'begin' | 'end') => {
      const at = Number(process.hrtime.bigint()) / 1e6
      appendFileSync(journal, `${JSON.stringify({ kind, at, jobId, attempt, pid: process.pid })}\n`)
    }
    write('begin')
    try {
      await sleep(ms, undefined, { signal })
      return { attempt }
    } finally {
      write('end')
    }
  },
})
