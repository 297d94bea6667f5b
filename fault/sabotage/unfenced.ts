/** Jobs are written whatever has become of them since they were read. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/statements/jobs.ts', ' AND version = @version_before', '')
