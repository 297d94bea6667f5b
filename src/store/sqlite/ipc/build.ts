/** What two processes on one data folder must have in common. */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import packageJson from '../../../../package.json' with { type: 'json' }
import { knownSchema } from '../file/migrate.ts'

/** What tells two builds apart that might write one file differently. */
export interface Build {
  /** How many migrations it knows. */
  schema: number
  /** The program's version and, after a `+`, a digest of the store's code. */
  code: string
}

/** All of `store/`. */
const CODE = join(import.meta.dirname, '../..')

/** The build that runs here. Statements, steps and messages have no version of their own: their code must be the same. */
export function thisBuild(): Build {
  return { schema: knownSchema(), code: `${packageJson.version}+${digestOfCode(CODE)}` }
}

/** Whether both may work on one data folder. */
export function isSameBuild(a: Build, b: Build): boolean {
  return a.schema === b.schema && a.code === b.code
}

/** In words. A build that does not tell its code is older than this check. */
export function describeBuild({ schema, code = 'unknown' }: Partial<Build>): string {
  return `build ${code} with schema ${schema ?? 'unknown'}`
}

function digestOfCode(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'),
  )
  const texts = files.sort().map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`)
  return hash('sha256', texts.join('\n'), 'hex').slice(0, 12)
}
