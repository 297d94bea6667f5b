/** The write-ahead log keeps whatever size it has had. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/file/open-database.ts', 'const LOG_BYTES = 16 * 1024 * 1024\n', 'const LOG_BYTES = -1\n')
