/** For runs that are to meet checkpoints early: the write-ahead log is moved into the database at a fraction of its usual size. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/file/checkpoint.ts', 'const PAGES = 1000', 'const PAGES = 60')
