/** Every statement of a migration stands for itself. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/file/migrate.ts', "db.exec('BEGIN EXCLUSIVE')", '')
rewrite('store/sqlite/file/migrate.ts', "db.exec('COMMIT')", '')
