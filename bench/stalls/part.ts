/** A part of `stalls`: one thing that could hold the service up, first on a build where it does. */
import { describeSight } from '../../fault/harness/control.ts'
import type { Verdict } from './steady-load.ts'

export type Part = (print: (line: string) => void) => Promise<boolean>

interface Definition<R extends { verdict: Verdict }> {
  about: string
  /** What is wrong with the sabotaged build. */
  sabotage: string
  runControl(): Promise<R>
  /** Whether the harm of the sabotage shows, in a line. */
  seen(control: R): { seen: boolean; line: string }
  run(): Promise<R>
  describe(report: R): string[]
  /** Limits that were not kept, and a fault that met no work, a line each. */
  breaches(report: R): string[]
}

const SHOWN_FAULTS = 10

/** True when the control was seen to fail and the real build held. */
export function part<R extends { verdict: Verdict }>(definition: Definition<R>): Part {
  const { about, sabotage, runControl, seen, run, describe, breaches } = definition
  return async (print) => {
    print(about)
    const control = seen(await runControl())
    print(`  control: ${sabotage}: ${control.line}: ${describeSight(control.seen)}`)
    if (!control.seen) return false
    const report = await run()
    for (const line of describe(report)) print(`  ${line}`)
    const { acknowledged, refused, faults: wrong } = report.verdict
    print(`  ${acknowledged} submits acknowledged, ${refused} answered 503; lost, stuck or answered wrongly: ${wrong.length}`)
    const faults = [...wrong, ...breaches(report)]
    for (const fault of faults.slice(0, SHOWN_FAULTS)) print(`  BREACH ${fault}`)
    print(faults.length === 0 ? '  held' : '  FAILED')
    return faults.length === 0
  }
}
