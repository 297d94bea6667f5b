/**
 * Reads by key, on the main thread. The statements are prepared straight on the driver: drizzle's prepared form adds
 * 2 µs to each, its builder ten times the statement itself.
 */
import type Database from 'better-sqlite3'
import { INLINE_RESULT_LIMIT } from '../../../domain/job-view.ts'
import type { KeyReads } from '../../driver/queries.ts'
import type { JobViewRows } from '../../rows/read-job.ts'
import type { DeliveryRow } from '../../tables/deliveries.ts'
import type { DestinationRow } from '../../tables/destinations.ts'
import type { EndpointRow } from '../../tables/endpoints.ts'
import type { JobGroupRow } from '../../tables/job-groups.ts'
import type { JobTypePauseRow } from '../../tables/job-type-pauses.ts'
import type { JobRow } from '../../tables/jobs.ts'
import type { SessionRow } from '../../tables/sessions.ts'
import type { ApiKeyRow, SigningSecretRow, TenantRow } from '../../tables/tenants.ts'
import { jobGroups } from './job-groups.ts'

/** The text of every such read, for the tests of their query plans. */
export const KEY_READ_STATEMENTS = {
  job: 'SELECT * FROM jobs WHERE id = ?',
  resultBytes: 'SELECT bytes FROM results WHERE job_seq = ?',
  callbackDelivery: 'SELECT * FROM deliveries WHERE job_id = ? AND endpoint_id IS NULL',
  jobSeq: 'SELECT seq FROM jobs WHERE id = ?',
  dueBefore: `
    SELECT count(*) AS n FROM (
      SELECT 1 FROM jobs INDEXED BY jobs_queue
      WHERE tenant_id = ? AND status = 'pending' AND priority = ? AND type = ? AND due_at < ? LIMIT ?)`,
  dueTogether: `
    SELECT count(*) AS n FROM (
      SELECT 1 FROM jobs INDEXED BY jobs_queue
      WHERE tenant_id = ? AND status = 'pending' AND priority = ? AND type = ? AND due_at = ? AND seq < ? LIMIT ?)`,
  countJobs: `
    SELECT count(*) AS n FROM (
      SELECT 1 FROM jobs INDEXED BY jobs_open WHERE tenant_id = ? AND status = ? AND status IN ('pending', 'running') LIMIT ?)`,
  countSending: `SELECT count(*) AS n FROM deliveries INDEXED BY deliveries_sending WHERE destination = ? AND status = 'sending'`,
  group: 'SELECT * FROM job_groups WHERE tenant_id = ? AND name = ?',
  idempotencyKey: 'SELECT body_hash, job_id FROM idempotency_keys WHERE tenant_id = ? AND key = ?',
  tombstone: 'SELECT tenant_id FROM tombstones WHERE job_id = ? AND gone_until > ?',
  delivery: 'SELECT * FROM deliveries WHERE id = ?',
  eventPosition: 'SELECT tenant_id, seq FROM events WHERE id = ?',
  lastEvent: 'SELECT id, seq FROM events INDEXED BY events_tenant WHERE tenant_id = ? ORDER BY seq DESC LIMIT 1',
  lastEventOfAll: 'SELECT id, seq FROM events NOT INDEXED WHERE seq > 0 ORDER BY seq DESC LIMIT 1',
  destination: 'SELECT * FROM destinations WHERE id = ?',
  jobTypePauses: 'SELECT * FROM job_type_pauses ORDER BY type',
  endpoint: 'SELECT * FROM endpoints WHERE id = ?',
  endpointsOf: 'SELECT * FROM endpoints INDEXED BY endpoints_tenant WHERE tenant_id = ? ORDER BY seq',
  session: 'SELECT * FROM sessions WHERE id_hash = ?',
  meta: 'SELECT value FROM meta WHERE key = ?',
  tenant: 'SELECT * FROM tenants WHERE id = ?',
  apiKey: 'SELECT * FROM api_keys WHERE id = ?',
  apiKeyByHash: 'SELECT * FROM api_keys WHERE hash = ?',
  validKeyWith: `
    SELECT 1 FROM api_keys
    WHERE tenant_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
      AND EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(scopes) THEN scopes ELSE '[]' END) WHERE value = ?) LIMIT 1`,
  signingSecrets: `
    SELECT * FROM signing_secrets WHERE tenant_id = ? AND endpoint_id IS ? AND (expires_at IS NULL OR expires_at > ?)
    ORDER BY created_at DESC, seq DESC`,
}

/** What a `JobView` is made of besides the job's row. */
export function jobViewReader(db: Database.Database): (job: JobRow) => JobViewRows {
  const resultBytes = db.prepare<[number], { bytes: Uint8Array }>(KEY_READ_STATEMENTS.resultBytes)
  const callbackDelivery = db.prepare<[string], DeliveryRow>(KEY_READ_STATEMENTS.callbackDelivery)
  return (job) => {
    const inlined = job.result_kind === 'json' && job.result_size !== null && job.result_size <= INLINE_RESULT_LIMIT
    return {
      job,
      inlineResult: inlined ? (resultBytes.get(job.seq)?.bytes ?? null) : null,
      callbackDelivery: job.callback_url !== null && job.finished_at !== null ? (callbackDelivery.get(job.id) ?? null) : null,
    }
  }
}

/** Prepares the reads for a connection. */
export function prepareKeyReads(db: Database.Database): KeyReads {
  const sql = KEY_READ_STATEMENTS
  const job = db.prepare<[string], JobRow>(sql.job)
  const viewOf = jobViewReader(db)
  const jobSeq = db.prepare<[string], { seq: number }>(sql.jobSeq)
  const dueBefore = db.prepare<[string, number, string, number, number], { n: number }>(sql.dueBefore)
  const dueTogether = db.prepare<[string, number, string, number, number, number], { n: number }>(sql.dueTogether)
  const countJobs = db.prepare<[string, string, number], { n: number }>(sql.countJobs)
  const countSending = db.prepare<[string], { n: number }>(sql.countSending)
  const group = db.prepare<[string, string], JobGroupRow>(sql.group)
  const idempotencyKey = db.prepare<[string, string], { body_hash: Uint8Array; job_id: string }>(sql.idempotencyKey)
  const tombstone = db.prepare<[string, number], { tenant_id: string }>(sql.tombstone)
  const delivery = db.prepare<[string], DeliveryRow>(sql.delivery)
  const eventPosition = db.prepare<[string], { tenant_id: string; seq: number }>(sql.eventPosition)
  const lastEvent = db.prepare<[string], { id: string; seq: number }>(sql.lastEvent)
  const lastEventOfAll = db.prepare<[], { id: string; seq: number }>(sql.lastEventOfAll)
  const destination = db.prepare<[string], DestinationRow>(sql.destination)
  const jobTypePauses = db.prepare<[], JobTypePauseRow>(sql.jobTypePauses)
  const endpoint = db.prepare<[string], EndpointRow>(sql.endpoint)
  const endpointsOf = db.prepare<[string], EndpointRow>(sql.endpointsOf)
  const session = db.prepare<[Uint8Array], SessionRow>(sql.session)
  const meta = db.prepare<[string], { value: string }>(sql.meta)
  const tenant = db.prepare<[string], TenantRow>(sql.tenant)
  const apiKey = db.prepare<[string], ApiKeyRow>(sql.apiKey)
  const apiKeyByHash = db.prepare<[Uint8Array], ApiKeyRow>(sql.apiKeyByHash)
  const validKeyWith = db.prepare<[string, number, string], unknown>(sql.validKeyWith)
  const signingSecrets = db.prepare<[string, string | null, number], SigningSecretRow>(sql.signingSecrets)
  const groupsOf = jobGroups(db)

  return {
    job: (id: string) => job.get(id),

    jobView(id: string): JobViewRows | undefined {
      const row = job.get(id)
      return row === undefined ? undefined : viewOf(row)
    },

    jobsAhead(of: { id: string; tenantId: string; priority: number; dueAt: number }, now: number, cap: number): number {
      const seq = jobSeq.get(of.id)?.seq ?? Number.MAX_SAFE_INTEGER
      let ahead = 0
      for (const { priority, type } of groupsOf(of.tenantId)) {
        if (priority < of.priority || ahead >= cap) break
        const higher = priority > of.priority
        const until = higher ? now + 1 : Math.min(now + 1, of.dueAt)
        ahead += dueBefore.get(of.tenantId, priority, type, until, cap - ahead)?.n ?? 0
        if (!higher && of.dueAt <= now) ahead += dueTogether.get(of.tenantId, priority, type, of.dueAt, seq, cap - ahead)?.n ?? 0
      }
      return ahead
    },

    countJobs: (tenantId: string, status: string, cap: number): number => countJobs.get(tenantId, status, cap)?.n ?? 0,
    countSending: (lane: string): number => countSending.get(lane)?.n ?? 0,
    group: (tenantId: string, name: string) => group.get(tenantId, name),
    idempotencyKey: (tenantId: string, key: string) => idempotencyKey.get(tenantId, key),
    tombstone: (jobId: string, now: number) => tombstone.get(jobId, now),
    delivery: (id: string) => delivery.get(id),
    eventPosition: (id: string) => eventPosition.get(id),
    lastEvent: (tenantId: string | null) => (tenantId === null ? lastEventOfAll.get() : lastEvent.get(tenantId)),
    destination: (id: string) => destination.get(id),
    jobTypePauses: () => jobTypePauses.all(),
    endpoint: (id: string) => endpoint.get(id),
    endpointsOf: (tenantId: string) => endpointsOf.all(tenantId),
    session: (idHash: Uint8Array) => session.get(idHash),
    meta: (key: string) => meta.get(key),
    tenant: (id: string) => tenant.get(id),
    apiKey: (id: string) => apiKey.get(id),
    apiKeyByHash: (hash: Uint8Array) => apiKeyByHash.get(hash),
    hasValidKey: (tenantId: string, scope: string, now: number) => validKeyWith.get(tenantId, now, scope) !== undefined,
    signingSecrets: (tenantId: string, endpointId: string | null, now: number) => signingSecrets.all(tenantId, endpointId, now),
  }
}
