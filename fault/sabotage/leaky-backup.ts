/** Every tenth job is missing from a backup that is sound in all else. */
import { rewrite } from '../harness/rewrite-source.ts'

const LAST = "  db.pragma('journal_mode = DELETE')\n"

rewrite('store/sqlite/file/copy.ts', LAST, `${LAST}  db.exec('DELETE FROM jobs WHERE seq % 10 = 0')\n`)
