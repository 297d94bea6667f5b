/** Every tenth job is missing from a backup that is sound in all else. */
import { rewrite } from './rewrite.ts'

const COPY = "db.prepare('VACUUM INTO ?').run(target)\n"

rewrite('store/sqlite/copy.ts', COPY, `${COPY}    new Database(target).exec('DELETE FROM jobs WHERE seq % 10 = 0').close()\n`)
