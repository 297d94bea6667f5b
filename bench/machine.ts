/** What else the machine did while something was measured, and how quick its disk was. */
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { median } from './compare.ts'
import { fsyncTimes } from './fsync.ts'

/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10
const FSYNCS = 50
/** With more of a core in other hands ratios stand, times do not. */
const NOISY_CORES = 0.5

/** How the machine was. */
export interface MachineState {
  /** The median of writes of 4 KiB with their `fdatasync`, milliseconds. */
  fsyncMs: number
  /** Load average of the last minute. */
  load: number
  /** Cores that others used meanwhile, or that the hypervisor gave away. */
  othersCores: number
  noisy: boolean
}

/** Call what it returns when all measured processes have ended: their CPU time is known only then. */
export function watchMachine(): () => Promise<MachineState> {
  const before = { at: performance.now(), busy: busyTicks(), own: ownTicks() }
  return async () => {
    const others = busyTicks() - before.busy - (ownTicks() - before.own)
    const othersCores = Math.max(0, (others * TICK_MS) / (performance.now() - before.at))
    return { fsyncMs: median(await fsyncTimes(FSYNCS)), load: loadavg()[0] ?? 0, othersCores, noisy: othersCores > NOISY_CORES }
  }
}

/** In a line. */
export function describeMachine({ fsyncMs, load, othersCores, noisy }: MachineState): string {
  const line = `fdatasync ${fsyncMs.toFixed(1)} ms, load ${load.toFixed(1)}, others used ${othersCores.toFixed(2)} cores`
  return noisy ? `noisy: ${line}` : line
}

/** Of all cores: proc_stat(5), without idle and iowait; `steal` is what other machines took. */
function busyTicks(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  )
    .split(' ')
    .map(Number)
  return user + nice + system + irq + softirq + steal
}

/** Of this process and of all it has started that have ended: proc_pid_stat(5), fields 14 to 17. */
function ownTicks(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
}
