import { column, index, nullable, oneOf, type RowOf, table, unique, uniqueIndex } from './column.ts'

/** The feed. `seq` is given inside the write transaction and never again, so nothing appears before what a reader has read. */
export const events = table(
  'events',
  {
    seq: { ...column('sequence'), neverReused: true },
    id: unique(column('text')),
    tenant_id: column('text'),
    type: column('text'),
    job_id: nullable(column('text')),
    body: column('bytes'),
    created_at: column('time'),
  },
  [index('events_tenant', ['tenant_id']), index('events_job', ['job_id']), index('events_jobless', ['created_at'], 'job_id IS NULL')],
)

/** One event for one target. */
export const deliveries = table(
  'deliveries',
  {
    seq: column('sequence'),
    id: unique(column('text')),
    tenant_id: column('text'),
    event_id: column('text'),
    event_type: column('text'),
    /** Null for an event about an endpoint. */
    job_id: nullable(column('text')),
    job_type: nullable(column('text')),
    endpoint_id: nullable(column('text')),
    url: column('text'),
    destination: column('text'),
    status: oneOf<'pending' | 'sending' | 'delivered' | 'dead' | 'canceled'>(),
    reason: nullable(column('text')),
    created_at: column('time'),
    due_at: nullable(column('time')),
    attempts: column('integer'),
    tries: column('integer'),
    give_up_at: column('time'),
    last_status: nullable(column('integer')),
    last_error: nullable(column('text')),
    finished_at: nullable(column('time')),
    lease: nullable(column('text')),
    version: column('integer'),
  },
  [
    index('deliveries_tenant', ['tenant_id']),
    index('deliveries_job', ['job_id']),
    index('deliveries_open', ['tenant_id'], `status IN ('pending', 'sending')`),
    index('deliveries_ended_badly', ['tenant_id', 'status'], `status IN ('dead', 'canceled')`),
    index('deliveries_due', ['destination', 'due_at'], `status = 'pending' AND lease IS NULL`),
    /** What is in flight to a destination, in all processes. */
    index('deliveries_sending', ['destination'], `status = 'sending'`),
    index('deliveries_leased', ['lease'], 'lease IS NOT NULL'),
    index('deliveries_endpoint', ['endpoint_id'], `endpoint_id IS NOT NULL AND status = 'pending' AND lease IS NULL`),
    index('deliveries_jobless', ['event_id'], 'job_id IS NULL'),
  ],
)

/** The attempt log of deliveries. */
export const attempts = table(
  'attempts',
  {
    seq: column('sequence'),
    delivery_id: column('text'),
    n: column('integer'),
    at: column('time'),
    ms: column('integer'),
    status: nullable(column('integer')),
    error: nullable(column('text')),
    error_cause: nullable(column('text')),
    /** JSON; null in rows of a version that did not keep it. */
    sent: nullable(column('text')),
    response_headers: column('text'),
    response_body: column('bytes'),
  },
  [uniqueIndex('attempts_n', ['delivery_id', 'n'])],
)

/** A row of `events`. */
export type EventRow = RowOf<typeof events>
/** A row of `deliveries`. */
export type DeliveryRow = RowOf<typeof deliveries>
/** A row of `attempts`. */
export type AttemptRow = RowOf<typeof attempts>
