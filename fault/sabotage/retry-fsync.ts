/** A failed fsync is taken for a lock that will go away: the commit is tried again until the disk says that all is well. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/file/failures.ts', "if (is('SQLITE_BUSY')", "if (is('SQLITE_IOERR') || is('SQLITE_BUSY')")
