/** A part of `stalls`: one thing that could hold the service up, first on a build where it does. */
import type { Verdict } from './steady-load.ts'

export type Part = (print: (line: string) => void) => Promise<boolean>

interface Definition<R extends { verdict: Verdict }> {
  about: string
  /** What is wrong with the sabotaged build. */
  sabotage: string
  runControl(): Promise<R>
  /** The harm of the sabotage, in a line. */
  harm(control: R): string
  run(): Promise<R>
  describe(report: R): string[]
  /** Limits that were not kept, and a fault that met no work, a line each. */
  breaches(report: R): string[]
}

const SHOWN_FAULTS = 10

/** True when nothing was lost or answered wrongly and every limit was kept. */
export function part<R extends { verdict: Verdict }>(definition: Definition<R>): Part {
  const { about, sabotage, runControl, harm, run, describe, breaches } = definition
  return async (print) => {
    print(about)
    print(`  control: ${sabotage}: ${harm(await runControl())}`)
    const report = await run()
    for (const line of describe(report)) print(`  ${line}`)
    const { acknowledged, refused, faults: wrong } = report.verdict
    print(`  ${acknowledged} submits acknowledged, ${refused} answered 503; lost, stuck or answered wrongly: ${wrong.length}`)
    const faults = [...wrong, ...breaches(report)]
    for (const fault of faults.slice(0, SHOWN_FAULTS)) print(`  BEYOND ${fault}`)
    return faults.length === 0
  }
}
