/** The durability of the file is left to what SQLite comes up with. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/file/open-database.ts', "  db.pragma('synchronous = FULL')\n", '')
