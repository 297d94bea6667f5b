/** Brings the database file of its first argument to the present schema. */
import Database from 'better-sqlite3'
import { migrate } from '../../../src/store/sqlite/file/migrate.ts'

const db = new Database(process.argv[2] ?? '', { timeout: 10_000 })
migrate(db)
db.close()
