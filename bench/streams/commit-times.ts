/**
 * Loaded before the measured service: notes when the end of each job was committed, before anybody is told, and writes the times into
 * the file that the signal SIGUSR2 asks for by the variable BENCH_COMMITS.
 */
import { writeFileSync } from 'node:fs'
import { wrapStore } from '../../fault/harness/wrap-store.ts'
import { machineTime } from '../clock.ts'

const ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'canceled'])
const times: string[] = []
const file = process.env.BENCH_COMMITS ?? ''

wrapStore((store) => ({
  ...store,
  async commit(change) {
    const done = await store.commit(change)
    const at = machineTime()
    for (const write of change) {
      if (write.write === 'updateJob' && ENDS.has(write.job.status)) times.push(JSON.stringify({ jobId: write.job.id, at }))
    }
    return done
  },
}))

process.on('SIGUSR2', () => {
  writeFileSync(file, `${times.join('\n')}\n`)
  times.length = 0
})
