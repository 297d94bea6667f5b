import { sabotage } from '../../fault/harness/builds.ts'
import { type ComebackReport, runComeback } from './comeback.ts'
import { type Part, shown } from './part.ts'

/** The default, sixty times as quick: a minute stands for an hour. */
const SCHEDULE = '83ms,5s,30s,2m,5m,10m,14m,20m,24m'
/** Few, and soon over. */
export const SHORT = {
  destinations: 5,
  waiting: 40,
  schedule: '50ms,100ms,200ms,400ms,800ms,1600ms,3200ms',
  outageMs: 400,
  drainMs: 15_000,
}
export const CONTROL = { ...SHORT, preload: [sabotage('no-probe')] }
/** The breaker's longest pause, and time to drain. */
const DRAIN_MS = 120_000

export function comebackPart(outageMs: number): Part {
  return {
    control: 'a build whose breaker lets everything out at once',
    async runControl() {
      const { firstWave } = await runComeback(CONTROL)
      return { says: `${firstWave} requests at a destination before it had answered one` }
    },
    about: `50 destinations with 200 deliveries each fail for ${outageMs / 1000} s (schedule sixty times as quick) and come back together`,
    async run(print) {
      const report = await runComeback({ destinations: 50, waiting: 200, schedule: SCHEDULE, outageMs, drainMs: DRAIN_MS })
      const { waiting, failed, arrived, drainedMs, firstWave, pace } = report
      print(`${waiting} waiting, ${failed} failed tries in the outage; ${arrived} arrived, the last ${shown(drainedMs)} after the return`)
      print(`at most ${firstWave} at a destination before its first answer (at most 1)`)
      print(
        `busiest tenth of a second ${pace.peak}, mean ${pace.mean.toFixed(1)}: ` +
          `${(pace.peak / pace.mean).toFixed(1)} times; shown and not checked`,
      )
      return failuresOf(report)
    },
  }
}

/**
 * That nobody is met by a crowd is checked where it would be felt, at each destination. The pace over all of them is not: its mean is a
 * matter of how far apart the breakers' probes come, up to a minute.
 */
export function failuresOf({ waiting, arrived, firstWave, failed }: ComebackReport): string[] {
  return [
    ...(arrived < waiting ? [`${waiting - arrived} deliveries have not arrived`] : []),
    ...(firstWave > 1 ? [`${firstWave} requests at once at a destination that was only just back`] : []),
    ...(failed === 0 ? ['no try failed'] : []),
  ]
}
