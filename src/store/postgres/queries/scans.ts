/** Reads that may look at many rows or carry large bytes. */
import { hash } from 'node:crypto'
import { leasesOf } from '../../../domain/lease.ts'
import { DEFAULT_TENANT_ID } from '../../../domain/tenant.ts'
import type { Scans } from '../../driver/queries.ts'
import type { AttemptRow, DeliveryRow } from '../../tables/deliveries.ts'
import type { DestinationRow } from '../../tables/destinations.ts'
import type { JobRow } from '../../tables/jobs.ts'
import { expiredEvent } from '../statements/deliveries.ts'
import { statement } from '../statements/statement.ts'
import type { Answers } from './answers.ts'
import type { Ask } from './ask.ts'
import { readBacklog } from './backlog.ts'
import { countReplayable, summarizeDeadLetters } from './dead-letters.ts'
import { readFeed } from './feed.ts'
import { summarizeJobs } from './job-summary.ts'
import { type ViewedRow, viewedSql, viewOf } from './job-views.ts'
import { LANE_SCANS } from './lane-scans.ts'
import { apiKeyList, auditList, deliveryList, destinationList, endpointList, jobList, sessionList, tenantList } from './lists.ts'
import { PAGE_WINDOW, readPage } from './page.ts'
import { rerunReads } from './reruns.ts'

const SQL = {
  ...LANE_SCANS,
  activeTenants: statement(`
    SELECT id FROM tenants
    WHERE (created_at > @since AND id <> '${DEFAULT_TENANT_ID}')
      OR (SELECT created_at FROM jobs WHERE tenant_id = tenants.id ORDER BY seq DESC LIMIT 1) > @since
    LIMIT @limit`),
  workers: statement('SELECT * FROM workers ORDER BY id'),
  payload: statement('SELECT bytes FROM payloads WHERE job_seq = (SELECT seq FROM jobs WHERE id = @id)'),
  result: statement('SELECT bytes FROM results WHERE job_seq = (SELECT seq FROM jobs WHERE id = @id)'),
  resultPart: statement(`
    SELECT substr(bytes, @first::integer, @length::integer) AS bytes FROM results WHERE job_seq = (SELECT seq FROM jobs WHERE id = @id)`),
  eventBody: statement('SELECT body FROM events WHERE id = @id'),
  attempts: statement('SELECT * FROM attempts WHERE delivery_id = @deliveryId ORDER BY n DESC LIMIT @limit'),
  openBreakers: statement('SELECT id FROM destinations WHERE open_until IS NOT NULL AND paused_at IS NULL'),
  pausesOver: statement('SELECT id FROM destinations WHERE paused_until IS NOT NULL AND paused_until <= @now'),
  overdueDeliveries: statement(`
    SELECT * FROM deliveries
    WHERE destination = @destination AND status = 'pending' AND lease IS NULL AND give_up_at <= @now LIMIT @limit`),
  waitingDeliveries: statement(`
    SELECT * FROM deliveries
    WHERE endpoint_id = @endpointId AND endpoint_id IS NOT NULL AND status = 'pending' AND lease IS NULL
      AND (@exceptUrl::text IS NULL OR url <> @exceptUrl)
    LIMIT @limit`),
  expiredEvents: statement(`SELECT id FROM events WHERE ${expiredEvent('@before')} ORDER BY created_at LIMIT @limit`),
  expiredJobs: statement('SELECT id FROM jobs WHERE settled_at <= @before ORDER BY settled_at LIMIT @limit'),
  groupRuns: statement(`
    SELECT count(*) AS n FROM jobs WHERE tenant_id = @tenantId AND group_name = @name AND group_name IS NOT NULL AND status = 'running'`),
  stuckJobs: statement(`
    SELECT id FROM jobs
    WHERE lease IS NOT NULL AND status = 'running' AND stuck_at IS NULL AND EXISTS (
      SELECT 1 FROM json_each_text(@late::json) AS late WHERE late.key = jobs.type AND attempt_started_at < late.value::numeric)
    LIMIT @limit`),
  recentDurations: statement(`
    SELECT type, ms FROM (
      SELECT seq, type, status, timeout_ms, finished_at - coalesce(attempt_started_at, started_at) AS ms
      FROM jobs ORDER BY seq DESC LIMIT ${PAGE_WINDOW}) AS newest
    WHERE status = 'completed' AND ms BETWEEN 0 AND timeout_ms ORDER BY seq DESC LIMIT @limit`),
}

/** These reads over connections. */
export function scans(ask: Ask): Answers<Scans> {
  const reruns = rerunReads(ask)
  const ids = async (found: Promise<{ id: string }[]>) => (await found).map(({ id }) => id)
  const lanes: Answers<Scans>['lanes'] = (kind) => ask.all(kind === 'job' ? SQL.jobLanes : SQL.deliveryLanes)

  async function loadsOf(of: readonly string[], cap: number) {
    const loads = await ask.all<{ id: string; waiting: number; sending: number }>(SQL.loads, { ids: JSON.stringify(of), cap })
    return new Map(loads.map(({ id, ...load }) => [id, load]))
  }

  return {
    lanes,
    backlog: async (kind, now, rows) => readBacklog(ask, kind, await lanes(kind), now, rows),
    async leaseHolders() {
      const found = await Promise.all([SQL.holdersOfJobs, SQL.holdersOfDeliveries].map((one) => ask.all<{ worker: string }>(one)))
      return [...new Set(found.flat().map(({ worker }) => worker))]
    },
    async leasedBy(worker, limit) {
      const range = { ...leasesOf(worker), limit }
      const [jobs, deliveries] = await Promise.all([
        ask.all<JobRow>(SQL.leasedJobs, range),
        ask.all<DeliveryRow>(SQL.leasedDeliveries, range),
      ])
      return { jobs, deliveries }
    },
    activeTenants: (since, limit) => ids(ask.all(SQL.activeTenants, { since, limit })),
    workers: () => ask.all(SQL.workers),
    payload: async (id) => (await ask.one<{ bytes: Uint8Array }>(SQL.payload, { id })) ?? null,
    async result(id, part) {
      const range = part === null ? {} : { first: part.start + 1, length: part.end - part.start }
      const row = await ask.one<{ bytes: Uint8Array }>(part === null ? SQL.result : SQL.resultPart, { id, ...range })
      return row === undefined ? null : { bytes: row.bytes, sha256: hash('sha256', row.bytes, 'buffer') }
    },
    eventBody: async (id) => (await ask.one<{ body: Uint8Array }>(SQL.eventBody, { id }))?.body ?? null,
    attempts: async (deliveryId, limit) => (await ask.all<AttemptRow>(SQL.attempts, { deliveryId, limit })).reverse(),
    openBreakers: () => ids(ask.all(SQL.openBreakers)),
    pausesOver: (now) => ids(ask.all(SQL.pausesOver, { now })),
    destinationLoad: async (id, cap) => (await loadsOf([id], cap)).get(id) ?? { waiting: 0, sending: 0 },
    overdueDeliveries: (destination, now, limit) => ask.all(SQL.overdueDeliveries, { destination, now, limit }),
    waitingDeliveries: (endpointId, exceptUrl, limit) => ask.all(SQL.waitingDeliveries, { endpointId, exceptUrl, limit }),
    expiredEvents: (before, limit) => ids(ask.all(SQL.expiredEvents, { before, limit })),
    expiredJobs: (before, limit) => ids(ask.all(SQL.expiredJobs, { before, limit })),
    countGroupRuns: async (tenantId, name) => (await ask.one<{ n: number }>(SQL.groupRuns, { tenantId, name }))?.n ?? 0,
    stuckJobs: (late, limit) => ids(ask.all(SQL.stuckJobs, { late, limit })),
    recentDurations: async (limit) => (await ask.all<{ type: string; ms: number }>(SQL.recentDurations, { limit })).reverse(),
    async listJobs(query) {
      const { rows, next } = await readPage<ViewedRow>(ask, jobList(query), query, viewedSql)
      return { rows: rows.map(viewOf), next }
    },
    rerunCandidates: reruns.page,
    countRerunCandidates: reruns.counts,
    summarizeJobs: (query) => summarizeJobs(ask, query),
    listDeliveries: (query) => readPage(ask, deliveryList(query), query),
    summarizeDeadLetters: (filter, rows) => summarizeDeadLetters(ask, filter, rows),
    countReplayable: (filter, before) => countReplayable(ask, filter, before),
    feed: (query) => readFeed(ask, query),
    listEndpoints: (query) => readPage(ask, endpointList(query), query),
    async listDestinations(query, cap) {
      type Row = DestinationRow & { seq: number }
      const { rows, next } = await readPage<Row>(ask, destinationList(query), query)
      const loads = await loadsOf(
        rows.map(({ id }) => id),
        cap,
      )
      return { rows: rows.map((row) => ({ row, ...(loads.get(row.id) ?? { waiting: 0, sending: 0 }) })), next }
    },
    listTenants: (query) => readPage(ask, tenantList(query), query),
    listApiKeys: (tenantId, query) => readPage(ask, apiKeyList(tenantId), query),
    listAudit: (query) => readPage(ask, auditList(query), query),
    listSessions: (query) => readPage(ask, sessionList(query), query),
  }
}
