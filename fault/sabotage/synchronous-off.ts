/** Nothing is ever synced. */
import { rewrite } from './rewrite.ts'

rewrite('store/sqlite/file/open-database.ts', "db.pragma('synchronous = FULL')", "db.pragma('synchronous = OFF')")
