/**
 * A positive control: the same run on a build that breaks a promise. A check that sees nothing there is blind. That the fault never met
 * what the build breaks says nothing about the check, so such a run is repeated.
 */
import { removeFolder } from '../../test/support/service.ts'

export type Sight = 'seen' | 'not seen' | 'never met'

export interface Control<R> {
  /** The report of the last run; the caller removes its folder. */
  report: R
  sight: Sight
}

export interface Definition<R> {
  /** One run of the sabotaged build; `n` counts them from 0. */
  run(n: number): Promise<R>
  /** Whether the fault met what the build breaks. */
  met(report: R): boolean
  /** Whether the check saw the harm. */
  seen(report: R): boolean
}

const RUNS = 3

/** Runs until the fault has met its moment, three times at most. */
export async function runUntilMet<R extends { folder: string }>({ run, met, seen }: Definition<R>): Promise<Control<R>> {
  for (let n = 0; ; n += 1) {
    const report = await run(n)
    if (seen(report)) return { report, sight: 'seen' }
    if (met(report)) return { report, sight: 'not seen' }
    if (n === RUNS - 1) return { report, sight: 'never met' }
    await removeFolder(report.folder)
  }
}

/** A sight in words. */
export function describeSight(sight: Sight | boolean): string {
  if (sight === 'never met') return 'NEVER MET: the fault did not come where the build is broken'
  return sight === true || sight === 'seen' ? 'seen, as it must be' : 'NOT SEEN: the check is blind'
}
