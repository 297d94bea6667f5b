/** Jobs are written whatever has become of them since they were read, and a worker that was declared dead writes on. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/sqlite/statements/jobs.ts', ' AND version = @version_before', '')
rewrite('store/sqlite/statements/jobs.ts', ' AND lease IS coalesce(@held_under, lease)', '')
rewrite('store/postgres/statements/jobs.ts', ' AND version = @version_before', '')
rewrite('store/postgres/statements/jobs.ts', ' AND lease IS NOT DISTINCT FROM coalesce(@held_under, lease)', '')
rewrite('lifecycle/engine/heartbeat.ts', "for (const run of runs.all()) run.stop('lost')", '')
