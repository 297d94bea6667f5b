import { hash } from 'node:crypto'
import { defineJob } from 'ringback'

/** Of a processor, whatever else it does meanwhile. */
const MICROSECONDS = 20_000

/** Computes for 20 ms and waits for nothing: more processes do more of it at a time, as far as there are cores. */
export default defineJob({
  type: 'bench.compute',
  async run() {
    const before = taken()
    let digest = ''
    while (taken() - before < MICROSECONDS) digest = hash('sha256', `${digest}0123456789`)
    return { digest }
  },
})

function taken(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}
