import { type Part, sabotage, shown } from './part.ts'
import { runSlow, type SlowReport } from './slow.ts'

/** As slow clients see it in a test: see `sabotage/hurry.ts`. */
export const HURRIED = { secondMs: 50, patience: 120, preload: [sabotage('hurry')] }
const CONTROL = { ...HURRIED, clients: 60, healthyMs: 1_000, preload: [...HURRIED.preload, sabotage('no-timeouts')] }
/** Until a look finds them gone, seconds. */
const SLACK = 2
const LARGEST_DIFFERENCE_MS = 250

export function slowPart(clients: number): Part {
  return {
    control: 'a build without time limits on connections',
    async runControl() {
      const stayed = (await runSlow(CONTROL)).kinds.filter(({ gone }) => !Number.isFinite(gone)).map(({ kind }) => kind)
      // Idle connections are closed all the same.
      return { seen: stayed.length === 5, says: `still there: who ${stayed.join(', ')}` }
    },
    about: `${clients} clients that take their time, beside 20 healthy ones`,
    async run(print) {
      const report = await runSlow({ clients, healthyMs: 10_000, secondMs: 1_000, patience: 80 })
      for (const { kind, clients: count, gone, goneAfter } of report.kinds) {
        print(`who ${kind.padEnd(27)} ${count}, gone after ${gone.toFixed(1)} s at most (limit ${goneAfter} s)`)
      }
      print(
        `healthy p99 of submit → 202: ${shown(report.before)} before, ${shown(report.beside)} beside them, ${report.turnedAway} turned away`,
      )
      return [
        ...report.kinds.filter(({ gone, goneAfter }) => gone > goneAfter + SLACK).map(({ kind }) => `who ${kind} stayed too long`),
        ...(report.beside - report.before > LARGEST_DIFFERENCE_MS ? ['healthy clients were held up'] : []),
        ...turnedAway(report),
      ]
    },
  }
}

export function turnedAway({ turnedAway: count }: SlowReport): string[] {
  return count > 0 ? [`${count} healthy submits were turned away`] : []
}
