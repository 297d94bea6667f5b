/** What is missing of the schema is counted before the lock is taken, as drizzle's own `migrate` does. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'store/sqlite/file/migrate.ts',
  'const rest = migrations.slice(migrations.length - missing(db, migrations.length))',
  'const rest = migrations',
)
