/** SQLite's WAL mode as it comes: commits are safe from a crash of the process, not from a power cut. The check at the start is off too. */
import { rewrite } from '../harness/rewrite-source.ts'

const OPEN = 'store/sqlite/file/open-database.ts'

rewrite(OPEN, "db.pragma('synchronous = FULL')", "db.pragma('synchronous = NORMAL')")
rewrite(OPEN, 'synchronous !== 2', 'synchronous !== 1')
