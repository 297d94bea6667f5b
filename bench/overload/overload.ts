/** `npm run bench -- overload`: more than the service can do, in five ways. Each first on a build without what holds against it. */
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

/** Prints the figures of each part, and what is beyond the limits of docs/guarantees.md. True when nothing is. */
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
  let isWithin = true
  for (const [name, { control, runControl, about, run }] of wanted) {
    print(`${name}, control: ${control}: ${(await runControl()).says}`)
    print(`${name}: ${about}`)
    const beyond = await run((line) => print(`  ${line}`))
    for (const line of beyond) print(`  BEYOND  ${line}`)
    isWithin &&= beyond.length === 0
  }
  return isWithin
}
