/** Every statement of a migration stands for itself. */
import { rewrite } from './rewrite.ts'

rewrite('store/sqlite/migrate.ts', "db.exec('BEGIN EXCLUSIVE')", '')
rewrite('store/sqlite/migrate.ts', "db.exec('COMMIT')", '')
