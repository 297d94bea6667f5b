/** On PostgreSQL a record is written by whoever knows its version, under whatever lease it is by now. */
import { rewrite } from '../harness/rewrite-source.ts'

const LEASE = ' AND lease IS NOT DISTINCT FROM coalesce(@held_under, lease)'

rewrite('store/postgres/statements/jobs.ts', LEASE, '')
rewrite('store/postgres/statements/deliveries.ts', LEASE, '')
