/**
 * Every table, once for all SQL dialects: what differs between them is the type that a word stands for.
 *
 * - `seq` is creation order and the key other tables use; `id` is what the outside sees.
 * - Times are milliseconds since the epoch, flags 0 or 1, JSON is text.
 * - No foreign keys: purge removes what hangs on a job in one change, and each check would cost every insert a look-up.
 * - Partial indexes keep finished rows, soon nearly all, out of the way of the queue.
 */
import { audit } from './audit.ts'
import { attempts, deliveries, events } from './deliveries.ts'
import { destinations } from './destinations.ts'
import { endpoints } from './endpoints.ts'
import { job_groups } from './job-groups.ts'
import { job_type_pauses } from './job-type-pauses.ts'
import { idempotency_keys, jobs, payloads, results, tombstones } from './jobs.ts'
import { meta } from './meta.ts'
import { sessions } from './sessions.ts'
import { api_keys, signing_secrets, tenants } from './tenants.ts'
import { workers } from './workers.ts'

/** All tables, by name. */
export const TABLES = {
  ...{ tenants, api_keys, signing_secrets },
  ...{ jobs, payloads, results, idempotency_keys, tombstones },
  ...{ events, deliveries, attempts },
  ...{ destinations, endpoints, workers, meta },
  ...{ sessions, audit, job_groups, job_type_pauses },
}
