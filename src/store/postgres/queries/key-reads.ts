/** Reads by key. */
import type { KeyReads } from '../../driver/queries.ts'
import { statement } from '../statements/statement.ts'
import type { Answers } from './answers.ts'
import { type Ask, asked } from './ask.ts'
import { ASK_HORIZON, horizonOf } from './horizon.ts'
import { GROUPS } from './job-groups.ts'
import { type ViewedRow, viewedSql, viewOf } from './job-views.ts'

/** How many deliveries of a lane are being sent. */
export const COUNT_SENDING = statement(`SELECT count(*) AS n FROM deliveries WHERE destination = @lane AND status = 'sending'`)
/** How many jobs of a tenant are running, at most `@cap`. */
export const COUNT_RUNNING = countJobs('running')
const COUNT_PENDING = countJobs('pending')

const SQL = {
  job: statement('SELECT * FROM jobs WHERE id = @id'),
  jobView: statement(viewedSql('SELECT * FROM jobs WHERE id = @id')),
  jobsAhead: statement(`
    WITH RECURSIVE ${GROUPS}, own AS (SELECT coalesce((SELECT seq FROM jobs WHERE id = @id), ${Number.MAX_SAFE_INTEGER}) AS seq)
    SELECT coalesce(sum(ahead.n), 0)::bigint AS n FROM own CROSS JOIN groups CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM (
        SELECT 1 FROM jobs
        WHERE tenant_id = @tenantId AND status = 'pending' AND priority = groups.priority AND type = groups.type
          AND due_at <= least(@now::bigint, CASE WHEN groups.priority > @priority::bigint THEN @now ELSE @dueAt::bigint END)
          AND (groups.priority > @priority OR due_at < @dueAt OR jobs.seq < own.seq)
        LIMIT @cap) AS before) AS ahead
    WHERE groups.priority >= @priority`),
  group: statement('SELECT * FROM job_groups WHERE tenant_id = @tenantId AND name = @name'),
  idempotencyKey: statement('SELECT body_hash, job_id FROM idempotency_keys WHERE tenant_id = @tenantId AND key = @key'),
  tombstone: statement('SELECT tenant_id FROM tombstones WHERE job_id = @jobId AND gone_until > @now'),
  delivery: statement('SELECT * FROM deliveries WHERE id = @id'),
  eventPosition: statement('SELECT tenant_id, seq FROM events WHERE id = @id'),
  lastEvent: statement('SELECT id, seq FROM events WHERE tenant_id = @tenantId AND seq <= @horizon ORDER BY seq DESC LIMIT 1'),
  lastEventOfAll: statement('SELECT id, seq FROM events WHERE seq <= @horizon ORDER BY seq DESC LIMIT 1'),
  destination: statement('SELECT * FROM destinations WHERE id = @id'),
  jobTypePauses: statement('SELECT * FROM job_type_pauses ORDER BY type'),
  endpoint: statement('SELECT * FROM endpoints WHERE id = @id'),
  endpointsOf: statement('SELECT * FROM endpoints WHERE tenant_id = @tenantId ORDER BY seq'),
  session: statement('SELECT * FROM sessions WHERE id_hash = @idHash'),
  meta: statement('SELECT value FROM meta WHERE key = @key'),
  tenant: statement('SELECT * FROM tenants WHERE id = @id'),
  apiKey: statement('SELECT * FROM api_keys WHERE id = @id'),
  apiKeyByHash: statement('SELECT * FROM api_keys WHERE hash = @hash'),
  validKeyWith: statement(`
    SELECT 1 FROM api_keys
    WHERE tenant_id = @tenantId AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)
      AND EXISTS (SELECT 1 FROM json_array_elements_text(scopes::json) AS one(scope) WHERE scope = @scope) LIMIT 1`),
  signingSecrets: statement(`
    SELECT * FROM signing_secrets
    WHERE tenant_id = @tenantId AND endpoint_id IS NOT DISTINCT FROM @endpointId::text AND (expires_at IS NULL OR expires_at > @now)
    ORDER BY created_at DESC, seq DESC`),
}

/** These reads over connections. */
export function keyReads(ask: Ask): Answers<KeyReads> {
  const horizon = async () => horizonOf(await ask.together(ASK_HORIZON))

  return {
    job: (id) => ask.one(SQL.job, { id }),
    async jobView(id) {
      const row = await ask.one<ViewedRow>(SQL.jobView, { id })
      return row === undefined ? undefined : viewOf(row)
    },
    async jobsAhead({ id, tenantId, priority, dueAt }, now, cap) {
      const found = await ask.one<{ n: number }>(SQL.jobsAhead, { id, tenantId, priority, dueAt, now, cap })
      return Math.min(found?.n ?? 0, cap)
    },
    async countJobs(tenantId, status, cap) {
      const counted = await ask.one<{ n: number }>(status === 'running' ? COUNT_RUNNING : COUNT_PENDING, { tenantId, cap })
      return counted?.n ?? 0
    },
    countSending: async (lane) => (await ask.one<{ n: number }>(COUNT_SENDING, { lane }))?.n ?? 0,
    group: (tenantId, name) => ask.one(SQL.group, { tenantId, name }),
    idempotencyKey: (tenantId, key) => ask.one(SQL.idempotencyKey, { tenantId, key }),
    tombstone: (jobId, now) => ask.one(SQL.tombstone, { jobId, now }),
    delivery: (id) => ask.one(SQL.delivery, { id }),
    /** Whoever reads on from an event beyond the horizon must not miss the ones that show up before it. */
    async eventPosition(id) {
      const outcomes = await ask.together([...ASK_HORIZON, asked(SQL.eventPosition, { id })])
      const row = outcomes.pop()?.rows[0] as { tenant_id: string; seq: number } | undefined
      return row === undefined ? undefined : { ...row, seq: Math.min(row.seq, horizonOf(outcomes)) }
    },
    lastEvent: async (tenantId) =>
      tenantId === null
        ? ask.one(SQL.lastEventOfAll, { horizon: await horizon() })
        : ask.one(SQL.lastEvent, { tenantId, horizon: await horizon() }),
    destination: (id) => ask.one(SQL.destination, { id }),
    jobTypePauses: () => ask.all(SQL.jobTypePauses),
    endpoint: (id) => ask.one(SQL.endpoint, { id }),
    endpointsOf: (tenantId) => ask.all(SQL.endpointsOf, { tenantId }),
    session: (idHash) => ask.one(SQL.session, { idHash }),
    meta: (key) => ask.one(SQL.meta, { key }),
    tenant: (id) => ask.one(SQL.tenant, { id }),
    apiKey: (id) => ask.one(SQL.apiKey, { id }),
    apiKeyByHash: (hash) => ask.one(SQL.apiKeyByHash, { hash }),
    hasValidKey: async (tenantId, scope, now) => (await ask.one(SQL.validKeyWith, { tenantId, scope, now })) !== undefined,
    signingSecrets: (tenantId, endpointId, now) => ask.all(SQL.signingSecrets, { tenantId, endpointId, now }),
  }
}

/** The status stands in the text: only then the planner sees that the partial index holds all of it. */
function countJobs(status: 'pending' | 'running') {
  return statement(`
    SELECT count(*) AS n FROM (SELECT 1 FROM jobs WHERE tenant_id = @tenantId AND status = '${status}' LIMIT @cap) AS counted`)
}
