/** `npm run fault -- overload`: more than the service can do, in five ways. Each first on a build without what holds against it. */

import { describeSight } from '../../fault/harness/control.ts'
import { comebackPart } from './comeback-part.ts'
import { floodPart } from './flood-part.ts'
import { largePart } from './large-part.ts'
import { noisyPart } from './noisy-part.ts'
import type { Part } from './part.ts'
import { slowPart } from './slow-part.ts'

export interface OverloadOptions {
  /** Of interleaved rounds, where there are any. */
  rounds: number
  slow: number
  outageMs: number
  /** The only part to run; empty for all. */
  part: string
  print: (line: string) => void
}

/** True when every control failed as it must and the real build held everywhere. */
export async function overload({ rounds, slow, outageMs, part, print }: OverloadOptions): Promise<boolean> {
  const parts: Record<string, Part> = {
    flood: floodPart(rounds),
    noisy: noisyPart(rounds),
    large: largePart(),
    comeback: comebackPart(outageMs),
    slow: slowPart(slow),
  }
  const wanted = Object.entries(parts).filter(([name]) => part === '' || name === part)
  if (wanted.length === 0) throw new Error(`--part must be one of ${Object.keys(parts).join(', ')}`)
  const failed: string[] = []
  for (const [name, one] of wanted) if (!(await play(name, one, print))) failed.push(name)
  print(failed.length === 0 ? 'held' : `FAILED: ${failed.join(', ')}`)
  return failed.length === 0
}

async function play(name: string, { control, runControl, about, run }: Part, print: (line: string) => void): Promise<boolean> {
  print(`${name}, control: ${control}`)
  const { seen, says } = await runControl()
  print(`  ${says}: ${describeSight(seen)}`)
  if (!seen) return false
  print(`${name}: ${about}`)
  const failures = await run((line) => print(`  ${line}`))
  for (const failure of failures) print(`  BREACH  ${failure}`)
  return failures.length === 0
}
