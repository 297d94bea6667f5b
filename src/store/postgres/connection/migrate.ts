/** Brings a database to the schema of this build. The table `ringback_schema` counts the migrations it has had. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { DEFAULT_TENANT_ID } from '../../../domain/tenant.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import type { Param } from '../../steps/step.ts'
import { STATEMENTS } from '../statements/statements.ts'
import type { Connection } from './connect.ts'
import type { Outcome } from './wire.ts'

const FOLDER = fileURLToPath(new URL('../../../../drizzle/postgres', import.meta.url))
/** Held by whoever migrates. Any number that nobody else in the database uses. */
const MIGRATION_LOCK = 7_464_622_225

/**
 * Applies what is missing, all of it or nothing, with what a new database has: the tenant `default` and its id. Processes that start at
 * once take turns, and count again in theirs. Throws `CannotOpen` for a schema newer than this build.
 *
 * @param installation the key in `meta` of the id that tells installations apart
 */
export async function migrate({ run }: Connection, now: number, installation: string): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: FOLDER })
  const ask = async (...texts: (string | [string, Param[]])[]): Promise<Outcome> => {
    const commands = texts.map((one) => (typeof one === 'string' ? { sql: one, values: [] } : { sql: one[0], values: one[1] }))
    return (await run(commands.map((one) => ({ ...one, name: '' })))).at(-1) as Outcome
  }
  // Waits as long as another process migrates, and migrates as long as it takes.
  await ask('BEGIN', `SET LOCAL lock_timeout = 0`, `SET LOCAL statement_timeout = 0`)
  try {
    await ask(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    await ask(
      'SET LOCAL client_min_messages = warning',
      'CREATE TABLE IF NOT EXISTS ringback_schema (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL)',
      'INSERT INTO ringback_schema (version) VALUES (0) ON CONFLICT DO NOTHING',
    )
    const { rows } = await ask('SELECT version FROM ringback_schema')
    const applied = Number(rows[0]?.version)
    if (applied > migrations.length) {
      throw new CannotOpen(
        `the database has schema ${applied}, but this build of Ringback knows only ${migrations.length}: run the newer build`,
      )
    }
    const missing = migrations.slice(applied).flatMap(({ sql }) => sql)
    if (missing.length > 0) await ask(...missing, ['UPDATE ringback_schema SET version = $1', [migrations.length]])
    await ask(
      [
        `INSERT INTO tenants (id, name, limits, created_at, version) VALUES ($1, 'default', '{}', $2, 1) ON CONFLICT (id) DO NOTHING`,
        [DEFAULT_TENANT_ID, now],
      ],
      [STATEMENTS.addMeta.sql, [installation, randomBytes(8).toString('hex')]],
    )
    const { tag } = await ask('COMMIT')
    if (tag !== 'COMMIT') throw new Error('the migration was not committed')
  } catch (error) {
    await ask('ROLLBACK').catch(() => {})
    throw error
  }
}
