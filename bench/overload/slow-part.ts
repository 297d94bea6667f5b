import { sabotage, tuning } from '../../fault/harness/builds.ts'
import { type Part, shown } from './part.ts'
import { runSlow } from './slow.ts'
import { SLOW_KINDS } from './slow-clients.ts'

/** With the time limits of `short-client-timeouts`. Idle connections are left out: Node adds a whole second to theirs. */
export const HURRIED = {
  kinds: Object.keys(SLOW_KINDS).filter((kind) => kind !== 'stays without asking again'),
  secondMs: 50,
  preload: [tuning('short-client-timeouts')],
}
/** The same without time limits; after `patience` whoever is there stays. */
export const CONTROL = { ...HURRIED, patience: 45, clients: 60, healthyMs: 500, preload: [...HURRIED.preload, sabotage('no-timeouts')] }
/** Until a look finds them gone, seconds. */
const SLACK = 2
const LARGEST_DIFFERENCE_MS = 250

export function slowPart(clients: number): Part {
  return {
    control: 'a build without time limits on connections',
    async runControl() {
      const stayed = (await runSlow(CONTROL)).kinds.filter(({ gone }) => !Number.isFinite(gone)).map(({ kind }) => kind)
      return { says: `still there: who ${stayed.join(', ')}` }
    },
    about: `${clients} clients that take their time, beside 20 healthy ones`,
    async run(print) {
      const report = await runSlow({ kinds: Object.keys(SLOW_KINDS), clients, healthyMs: 10_000, secondMs: 1_000, patience: 80 })
      for (const { kind, clients: count, gone, goneAfter } of report.kinds) {
        print(`who ${kind.padEnd(27)} ${count}, gone after ${gone.toFixed(1)} s at most (limit ${goneAfter} s)`)
      }
      print(
        `healthy p99 of submit → 202: ${shown(report.before)} before, ${shown(report.beside)} beside them, ` +
          `${report.turnedAway} turned away`,
      )
      return [
        ...report.kinds.filter(({ gone, goneAfter }) => gone > goneAfter + SLACK).map(({ kind }) => `who ${kind} stayed too long`),
        ...(report.beside - report.before > LARGEST_DIFFERENCE_MS ? ['healthy clients were held up'] : []),
        ...(report.turnedAway > 0 ? [`${report.turnedAway} healthy submits were turned away`] : []),
      ]
    },
  }
}
