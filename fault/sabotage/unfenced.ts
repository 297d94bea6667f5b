/** Jobs are written whatever has become of them since they were read. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/tables/job-writes.ts', 'AND version = ? - 1', 'AND ? > 0')
