/** Nothing is ever synced. */
import { rewrite } from './rewrite.ts'

rewrite('store/sqlite/open-database.ts', "db.pragma('synchronous = FULL')", "db.pragma('synchronous = OFF')")
