/**
 * `npm run fault -- model`: random work, faults and races against the real lifecycle, in simulated time. First on builds that must
 * fail.
 */
import fc from 'fast-check'
import { type ModelDatabase, openModelDatabase } from './database.ts'
import { runCase } from './run-case.ts'
import { HONEST, SABOTAGES, type Sabotage } from './sabotage.ts'
import { type Case, cases } from './steps.ts'
import { createTally, type Tally } from './tally.ts'

/** A sabotaged build must be seen within so many cases. */
export const CONTROL_RUNS = 500

export interface ModelOptions {
  runs: number
  seed: number
  /** Of a case that failed: only that case and what shrinks from it are run. */
  path?: string | undefined
  print: (line: string) => void
}

export interface Finding {
  /** The invariant broken by the smallest case found. */
  message: string
  seed: number
  path: string
  smallest: Case
  /** Cases run until the first one failed. */
  after: number
}

export interface Campaign {
  finding: Finding | null
  tally: Tally
}

/** Runs random cases until one breaks a promise, and makes that one as small as it gets. */
export async function search(
  { runs, seed, path }: Pick<ModelOptions, 'runs' | 'seed' | 'path'>,
  database: ModelDatabase,
  sabotage: Sabotage = HONEST,
): Promise<Campaign> {
  const tally = createTally()
  const property = fc.asyncProperty(cases, (one) => runCase(one, database, tally, sabotage))
  const details = await fc.check(property, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) })
  const smallest = details.counterexample?.[0]
  if (!details.failed || !smallest) return { finding: null, tally }
  const message = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance)
  return { finding: { message, seed: details.seed, path: details.counterexamplePath ?? '', smallest, after: details.numRuns }, tally }
}

/** True when every sabotaged build was seen and the real one held. */
export async function model({ runs, seed, path, print }: ModelOptions): Promise<boolean> {
  const database = openModelDatabase()
  if (path === undefined && !(await runControls(seed, database, print))) return false

  print(path === undefined ? `${runs} cases (seed ${seed})` : `the case ${path} (seed ${seed})`)
  const startedAt = performance.now()
  const { finding, tally } = await search({ runs: path === undefined ? runs : 1, seed, path }, database)
  for (const [what, count] of tally.entries()) print(`  ${what.padEnd(32)} ${count}`)
  if (finding) {
    for (const line of describeFinding(finding)) print(line)
    return false
  }
  print(`held: ${tally.get('runs')} cases in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  return true
}

async function runControls(seed: number, database: ModelDatabase, print: (line: string) => void): Promise<boolean> {
  let seen = true
  for (const [name, sabotage] of Object.entries(SABOTAGES)) {
    const { finding } = await search({ runs: CONTROL_RUNS, seed }, database, sabotage)
    print(`control: a build that ${name}`)
    print(
      finding
        ? `  seen, as it must be: case ${finding.after}, ${finding.message}`
        : `  NOT SEEN in ${CONTROL_RUNS} cases: the model is blind`,
    )
    seen &&= finding !== null
  }
  return seen
}

/** A finding as lines to read and to replay. */
export function describeFinding({ message, seed, path, smallest }: Finding): string[] {
  return [
    `FAILED ${message}`,
    `  ${smallest.shape}`,
    ...smallest.steps.map((step, index) => `  ${index + 1}. ${JSON.stringify(step)}`),
    `  npm run fault -- model --seed ${seed} --path ${path}`,
  ]
}
