/** The migrations of each dialect are what drizzle-kit generates from the schema: generating once more, in a copy, changes nothing. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from 'drizzle-kit'
import sqlite from '../drizzle.config.ts'
import postgres from '../drizzle.postgres.config.ts'

const isComplete = [sqlite, postgres].map(check).every(Boolean)
process.exitCode = isComplete ? 0 : 1

function check({ dialect, schema, out }: Config): boolean {
  if (typeof schema !== 'string' || out === undefined) throw new Error('a configuration of drizzle must name one schema and one folder')
  const copy = mkdtempSync(join(tmpdir(), 'ringback-migrations-'))
  try {
    cpSync(out, copy, { recursive: true })
    const before = readdirSync(copy)
    const drizzleKit = join('node_modules', '.bin', 'drizzle-kit')
    const generated = spawnSync(process.execPath, [drizzleKit, 'generate', '--dialect', dialect, '--schema', schema, '--out', copy], {
      encoding: 'utf8',
    })
    const added = readdirSync(copy).filter((name) => !before.includes(name))
    const migrations = before.filter((name) => name.endsWith('.sql')).length
    if (generated.status !== 0) console.log(`${generated.stdout}${generated.stderr}`)
    for (const name of added) console.log(`${schema} has changes that no migration of ${out} makes (${name}); run npm run migrations`)
    console.log(`${migrations} migrations in ${out}, ${added.length} missing`)
    return generated.status === 0 && added.length === 0 && migrations > 0
  } finally {
    rmSync(copy, { recursive: true })
  }
}
