/** Where the database is empty, a fresh one is made. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'store/sqlite/file/open-database.ts',
  "if (size === 0) throw damaged(path, 'the file is empty')",
  "if (size === 0) for (const end of ['', '-wal']) rmSync(path + end, { force: true })",
)
