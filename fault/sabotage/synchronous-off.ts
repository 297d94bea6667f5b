/** Nothing is ever synced. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/file/open-database.ts', "db.pragma('synchronous = FULL')", "db.pragma('synchronous = OFF')")
