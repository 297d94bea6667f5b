/** Reads that may look at many rows or carry large bytes. They run on the reader thread, so they never hold the loop. */
import { hash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { leasesOf } from '../../../domain/lease.ts'
import { DEFAULT_TENANT_ID } from '../../../domain/tenant.ts'
import type { DeadLetterFilter, DeliveryQuery } from '../../../ports/deliveries.ts'
import type { FeedQuery } from '../../../ports/events.ts'
import type { JobQuery, JobSummaryQuery, StoredBytes } from '../../../ports/jobs.ts'
import type { Kind } from '../../../ports/kinds.ts'
import type { PageQuery } from '../../../ports/page.ts'
import type { RowPage, Scans } from '../../driver/queries.ts'
import type { JobViewRows } from '../../rows/read-job.ts'
import type { AuditRow } from '../../tables/audit.ts'
import type { AttemptRow, DeliveryRow } from '../../tables/deliveries.ts'
import type { DestinationRow } from '../../tables/destinations.ts'
import type { EndpointRow } from '../../tables/endpoints.ts'
import type { JobRow } from '../../tables/jobs.ts'
import type { SessionRow } from '../../tables/sessions.ts'
import type { ApiKeyRow, TenantRow } from '../../tables/tenants.ts'
import type { WorkerRow } from '../../tables/workers.ts'
import { expiredEvent } from '../statements/deliveries.ts'
import { backlogReader } from './backlog.ts'
import { deadLetterSummarizer, replayableCounter } from './dead-letters.ts'
import { feedReader } from './feed.ts'
import { jobSummarizer } from './job-summary.ts'
import { jobViewReader, KEY_READ_STATEMENTS } from './key-reads.ts'
import { apiKeyList, auditList, deliveryList, destinationList, endpointList, jobList, sessionList, tenantList } from './lists.ts'
import { PAGE_WINDOW, pageReader } from './page.ts'
import { rerunReader } from './reruns.ts'

/** A loose index scan: one seek for each lane, not one step for each record that waits in it. */
function lanesSql(table: string, lane: string): string {
  const waiting = `FROM ${table} INDEXED BY ${table}_due WHERE status = 'pending' AND lease IS NULL`
  return `
    WITH RECURSIVE found(lane) AS (
      SELECT min(${lane}) ${waiting}
      UNION ALL
      SELECT (SELECT min(${lane}) ${waiting} AND ${lane} > found.lane) FROM found WHERE found.lane IS NOT NULL
    )
    SELECT lane, (SELECT min(due_at) ${waiting} AND ${lane} = found.lane) AS dueAt FROM found WHERE lane IS NOT NULL`
}

function leasedBySql(table: string, held: string): string {
  return `
    SELECT * FROM ${table} INDEXED BY ${table}_leased
    WHERE lease >= ? AND lease < ? AND lease IS NOT NULL AND status IN ('pending', '${held}') LIMIT ?`
}

/** A loose index scan as well: one seek for each worker. */
function leaseHoldersSql(table: string): string {
  const least = `SELECT min(lease) AS lease FROM ${table} INDEXED BY ${table}_leased WHERE lease IS NOT NULL`
  return `
    WITH RECURSIVE found(worker) AS (
      SELECT substr(lease, 1, instr(lease, '.') - 1) FROM (${least})
      UNION ALL
      SELECT (SELECT substr(lease, 1, instr(lease, '.') - 1) FROM (${least} AND lease >= found.worker || '/'))
      FROM found WHERE found.worker IS NOT NULL
    )
    SELECT worker FROM found WHERE worker IS NOT NULL`
}

/** The text of every such read, for the tests of their query plans. */
export const SCAN_STATEMENTS = {
  jobLanes: lanesSql('jobs', 'tenant_id'),
  deliveryLanes: lanesSql('deliveries', 'destination'),
  leasedJobs: leasedBySql('jobs', 'running'),
  leasedDeliveries: leasedBySql('deliveries', 'sending'),
  holdersOfJobs: leaseHoldersSql('jobs'),
  holdersOfDeliveries: leaseHoldersSql('deliveries'),
  activeTenants: `
    SELECT id FROM tenants
    WHERE (created_at > @since AND id <> '${DEFAULT_TENANT_ID}')
      OR (SELECT created_at FROM jobs INDEXED BY jobs_tenant WHERE tenant_id = tenants.id ORDER BY seq DESC LIMIT 1) > @since
    LIMIT @limit`,
  workers: 'SELECT * FROM workers ORDER BY id',
  payload: 'SELECT bytes FROM payloads WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?)',
  result: 'SELECT bytes FROM results WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?)',
  resultPart: 'SELECT substr(bytes, ? + 1, ?) AS bytes FROM results WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?)',
  eventBody: 'SELECT body FROM events WHERE id = ?',
  attempts: 'SELECT * FROM attempts WHERE delivery_id = ? ORDER BY n DESC LIMIT ?',
  openBreakers: 'SELECT id FROM destinations INDEXED BY destinations_open WHERE open_until IS NOT NULL AND paused_at IS NULL',
  pausesOver: 'SELECT id FROM destinations INDEXED BY destinations_paused WHERE paused_until IS NOT NULL AND paused_until <= ?',
  waitingFor: `
    SELECT count(*) AS n FROM (
      SELECT 1 FROM deliveries INDEXED BY deliveries_due WHERE destination = ? AND status = 'pending' AND lease IS NULL LIMIT ?)`,
  sendingTo: KEY_READ_STATEMENTS.countSending,
  overdueDeliveries: `
    SELECT * FROM deliveries INDEXED BY deliveries_due
    WHERE destination = ? AND status = 'pending' AND lease IS NULL AND give_up_at <= ? LIMIT ?`,
  waitingDeliveries: `
    SELECT * FROM deliveries INDEXED BY deliveries_endpoint
    WHERE endpoint_id = @endpointId AND endpoint_id IS NOT NULL AND status = 'pending' AND lease IS NULL
      AND (@exceptUrl IS NULL OR url <> @exceptUrl)
    LIMIT @limit`,
  expiredEvents: `SELECT id FROM events INDEXED BY events_jobless WHERE ${expiredEvent('@before')} ORDER BY created_at LIMIT @limit`,
  expiredJobs: 'SELECT id FROM jobs INDEXED BY jobs_settled WHERE settled_at <= ? ORDER BY settled_at LIMIT ?',
  groupRuns: `
    SELECT count(*) AS n FROM jobs INDEXED BY jobs_group
    WHERE tenant_id = ? AND group_name = ? AND status = 'running' AND group_name IS NOT NULL AND status IN ('pending', 'running')`,
  stuckJobs: `
    SELECT id FROM jobs INDEXED BY jobs_leased
    WHERE lease IS NOT NULL AND status = 'running' AND stuck_at IS NULL
      AND EXISTS (SELECT 1 FROM json_each(?) WHERE key = jobs.type AND attempt_started_at < value)
    LIMIT ?`,
  recentDurations: `
    SELECT type, ms FROM (
      SELECT *, finished_at - coalesce(attempt_started_at, started_at) AS ms FROM jobs ORDER BY seq DESC LIMIT ${PAGE_WINDOW})
    WHERE status = 'completed' AND ms BETWEEN 0 AND timeout_ms ORDER BY seq DESC LIMIT ?`,
}

/** Prepares the reads for a connection. */
export function prepareScans(db: Database.Database): Scans {
  const sql = SCAN_STATEMENTS
  const lanes = {
    job: db.prepare<[], { lane: string; dueAt: number }>(sql.jobLanes),
    delivery: db.prepare<[], { lane: string; dueAt: number }>(sql.deliveryLanes),
  }
  const leasedJobs = db.prepare<[string, string, number], JobRow>(sql.leasedJobs)
  const leasedDeliveries = db.prepare<[string, string, number], DeliveryRow>(sql.leasedDeliveries)
  const holders = [sql.holdersOfJobs, sql.holdersOfDeliveries].map((one) => db.prepare<[], { worker: string }>(one))
  const activeTenants = db.prepare<[{ since: number; limit: number }], { id: string }>(sql.activeTenants)
  const workers = db.prepare<[], WorkerRow>(sql.workers)
  const payload = db.prepare<[string], { bytes: Uint8Array }>(sql.payload)
  const result = db.prepare<[string], { bytes: Uint8Array }>(sql.result)
  const resultPart = db.prepare<[number, number, string], { bytes: Uint8Array }>(sql.resultPart)
  const eventBody = db.prepare<[string], { body: Uint8Array }>(sql.eventBody)
  const attempts = db.prepare<[string, number], AttemptRow>(sql.attempts)
  const openBreakers = db.prepare<[], { id: string }>(sql.openBreakers)
  const pausesOver = db.prepare<[number], { id: string }>(sql.pausesOver)
  const waitingFor = db.prepare<[string, number], { n: number }>(sql.waitingFor)
  const sendingTo = db.prepare<[string], { n: number }>(sql.sendingTo)
  const overdueDeliveries = db.prepare<[string, number, number], DeliveryRow>(sql.overdueDeliveries)
  const waitingDeliveries = db.prepare<[{ endpointId: string; exceptUrl: string | null; limit: number }], DeliveryRow>(
    sql.waitingDeliveries,
  )
  const expiredEvents = db.prepare<[{ before: number; limit: number }], { id: string }>(sql.expiredEvents)
  const expiredJobs = db.prepare<[number, number], { id: string }>(sql.expiredJobs)
  const groupRuns = db.prepare<[string, string], { n: number }>(sql.groupRuns)
  const stuckJobs = db.prepare<[string, number], { id: string }>(sql.stuckJobs)
  const recentDurations = db.prepare<[number], { type: string; ms: number }>(sql.recentDurations)
  const viewOf = jobViewReader(db)
  const loadOf = (id: string, cap: number) => ({ waiting: waitingFor.get(id, cap)?.n ?? 0, sending: sendingTo.get(id)?.n ?? 0 })
  const page = pageReader(db)
  const reruns = rerunReader(db)
  const summarizeJobs = jobSummarizer(db)
  const summarizeDeadLetters = deadLetterSummarizer(db)
  const countReplayable = replayableCounter(db)
  const feed = feedReader(db)
  const backlog = backlogReader(db)

  return {
    lanes: (kind: Kind) => lanes[kind].all(),
    backlog: (kind: Kind, now: number, rows: number) => backlog(kind, lanes[kind].all(), now, rows),
    leaseHolders: () => [...new Set(holders.flatMap((one) => one.all().map(({ worker }) => worker)))],
    leasedBy(worker: string, limit: number) {
      const { from, to } = leasesOf(worker)
      return { jobs: leasedJobs.all(from, to, limit), deliveries: leasedDeliveries.all(from, to, limit) }
    },
    activeTenants: (since: number, limit: number) => activeTenants.all({ since, limit }).map(({ id }) => id),
    workers: () => workers.all(),
    payload: (jobId: string) => payload.get(jobId) ?? null,
    result(jobId: string, part: { start: number; end: number } | null): StoredBytes | null {
      const bytes = (part === null ? result.get(jobId) : resultPart.get(part.start, part.end - part.start, jobId))?.bytes
      return bytes === undefined ? null : { bytes: new Uint8Array(bytes), sha256: hash('sha256', bytes, 'buffer') }
    },
    eventBody: (id: string): Uint8Array | null => eventBody.get(id)?.body ?? null,
    /** Oldest first. */
    attempts: (deliveryId: string, limit: number) => attempts.all(deliveryId, limit).reverse(),
    openBreakers: () => openBreakers.all().map(({ id }) => id),
    pausesOver: (now: number) => pausesOver.all(now).map(({ id }) => id),
    destinationLoad: (id: string, cap: number) => loadOf(id, cap),
    overdueDeliveries: (destination: string, now: number, limit: number) => overdueDeliveries.all(destination, now, limit),
    waitingDeliveries: (endpointId: string, exceptUrl: string | null, limit: number) =>
      waitingDeliveries.all({ endpointId, exceptUrl, limit }),
    expiredEvents: (before: number, limit: number) => expiredEvents.all({ before, limit }).map(({ id }) => id),
    countGroupRuns: (tenantId: string, name: string) => groupRuns.get(tenantId, name)?.n ?? 0,
    stuckJobs: (late: string, limit: number) => stuckJobs.all(late, limit).map(({ id }) => id),
    expiredJobs: (before: number, limit: number) => expiredJobs.all(before, limit).map(({ id }) => id),
    /** Oldest first. */
    recentDurations: (limit: number) => recentDurations.all(limit).reverse(),
    listJobs(query: JobQuery): RowPage<JobViewRows> {
      const { rows, next } = page<JobRow>(jobList(query), query)
      return { rows: rows.map(viewOf), next }
    },
    rerunCandidates: reruns.page,
    countRerunCandidates: reruns.counts,
    summarizeJobs: (query: JobSummaryQuery) => summarizeJobs(query),
    listDeliveries: (query: DeliveryQuery): RowPage<DeliveryRow> => page<DeliveryRow>(deliveryList(query), query),
    summarizeDeadLetters: (filter: DeadLetterFilter, rows: number) => summarizeDeadLetters(filter, rows),
    countReplayable: (filter: DeadLetterFilter, before: number | null) => countReplayable(filter, before),
    feed: (query: FeedQuery) => feed(query),
    listEndpoints: (query: PageQuery): RowPage<EndpointRow> => page<EndpointRow>(endpointList(query), query),
    listDestinations(query: PageQuery, cap: number): ReturnType<Scans['listDestinations']> {
      const { rows, next } = page<DestinationRow & { seq: number }>(destinationList(query), query)
      const counted = rows.map((row) => ({ row, ...loadOf(row.id, cap) }))
      return { rows: counted, next }
    },
    listTenants: (query: PageQuery): RowPage<TenantRow> => page<TenantRow>(tenantList(query), query),
    listApiKeys: (tenantId: string, query: PageQuery): RowPage<ApiKeyRow> => page<ApiKeyRow>(apiKeyList(tenantId), query),
    listAudit: (query: PageQuery): RowPage<AuditRow> => page<AuditRow>(auditList(query), query),
    listSessions: (query: PageQuery): RowPage<SessionRow> => page<SessionRow>(sessionList(query), query),
  }
}
