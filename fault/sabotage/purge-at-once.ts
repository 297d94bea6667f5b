/** A purge takes 10,000 jobs, some 70,000 rows, in one commit. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('lifecycle/engine/purge.ts', 'const BATCH = 14\n', 'const BATCH = 10_000\n')
rewrite('store/sqlite/open.ts', 'requests: 10_000,', 'requests: 20_000,')
rewrite('store/sqlite/threads/writer-thread.ts', 'const GROUP_LIMIT = 1000\n', 'const GROUP_LIMIT = 20_000\n')
