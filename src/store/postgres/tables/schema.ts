/** The tables for drizzle-kit, which writes the migrations in `drizzle/postgres` from them: `npm run migrations`. */
import { TABLES } from '../../tables/tables.ts'
import { postgresTables } from './words.ts'

/** drizzle-kit finds a table only as an export of its own. */
export const {
  tenants,
  api_keys,
  signing_secrets,
  jobs,
  payloads,
  results,
  idempotency_keys,
  tombstones,
  events,
  deliveries,
  attempts,
  destinations,
  endpoints,
  workers,
  meta,
  sessions,
  audit,
  job_groups,
  job_type_pauses,
} = postgresTables(TABLES)
