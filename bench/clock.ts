import { readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second. */
const TICK_MICROSECONDS = 10_000

/** Now in milliseconds on the machine's monotonic clock, the same in every process. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** CPU time of processes so far, all their threads, user and system, in microseconds: /proc/<pid>/stat, fields 14 and 15. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return pids.map(ticksOf).reduce((sum, ticks) => sum + ticks, 0) * TICK_MICROSECONDS
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the command in parentheses, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
