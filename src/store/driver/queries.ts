/** The reads that a dialect answers, by name: with rows, which `records/` makes into records. Undefined or null: there is no such row. */
import type { DeadLetterFilter, DeadLetterSummary, DeliveryQuery, ReplayCounts } from '../../ports/deliveries.ts'
import type { FeedPage, FeedQuery } from '../../ports/events.ts'
import type { JobQuery, JobSummary, JobSummaryQuery, RerunCounts, RerunPage, RerunQuery, StoredBytes } from '../../ports/jobs.ts'
import type { Kind } from '../../ports/kinds.ts'
import type { Backlog } from '../../ports/lanes.ts'
import type { PageQuery } from '../../ports/page.ts'
import type { JobViewRows } from '../rows/read-job.ts'
import type { AuditRow } from '../tables/audit.ts'
import type { AttemptRow, DeliveryRow, EventRow } from '../tables/deliveries.ts'
import type { DestinationRow } from '../tables/destinations.ts'
import type { EndpointRow } from '../tables/endpoints.ts'
import type { JobGroupRow } from '../tables/job-groups.ts'
import type { JobTypePauseRow } from '../tables/job-type-pauses.ts'
import type { JobRow } from '../tables/jobs.ts'
import type { SessionRow } from '../tables/sessions.ts'
import type { ApiKeyRow, SigningSecretRow, TenantRow } from '../tables/tenants.ts'
import type { WorkerRow } from '../tables/workers.ts'

/** A page of a list, newest first. */
export interface RowPage<Row> {
  rows: Row[]
  /** The position to go on before; null = that was all. */
  next: number | null
}

interface JobKeyReads {
  job(id: string): JobRow | undefined
  jobView(id: string): JobViewRows | undefined
  /** Due jobs of the tenant that run before this one: exact up to `cap`, never more than `cap`. */
  jobsAhead(of: { id: string; tenantId: string; priority: number; dueAt: number }, now: number, cap: number): number
  countJobs(tenantId: string, status: string, cap: number): number
  group(tenantId: string, name: string): JobGroupRow | undefined
  idempotencyKey(tenantId: string, key: string): { body_hash: Uint8Array; job_id: string } | undefined
  tombstone(jobId: string, now: number): { tenant_id: string } | undefined
}

interface DeliveryKeyReads {
  delivery(id: string): DeliveryRow | undefined
  countSending(lane: string): number
  eventPosition(id: string): { tenant_id: string; seq: number } | undefined
  lastEvent(tenantId: string | null): { id: string; seq: number } | undefined
  destination(id: string): DestinationRow | undefined
  jobTypePauses(): JobTypePauseRow[]
  endpoint(id: string): EndpointRow | undefined
  endpointsOf(tenantId: string): EndpointRow[]
}

interface TenantKeyReads {
  tenant(id: string): TenantRow | undefined
  apiKey(id: string): ApiKeyRow | undefined
  apiKeyByHash(hash: Uint8Array): ApiKeyRow | undefined
  hasValidKey(tenantId: string, scope: string, now: number): boolean
  signingSecrets(tenantId: string, endpointId: string | null, now: number): SigningSecretRow[]
  session(idHash: Uint8Array): SessionRow | undefined
  meta(key: string): { value: string } | undefined
}

/** Reads by key, of a few rows. */
export type KeyReads = JobKeyReads & DeliveryKeyReads & TenantKeyReads

interface JobScans {
  payload(jobId: string): { bytes: Uint8Array } | null
  result(jobId: string, part: { start: number; end: number } | null): StoredBytes | null
  listJobs(query: JobQuery): RowPage<JobViewRows>
  rerunCandidates(query: RerunQuery, after: number, limit: number): RerunPage
  countRerunCandidates(query: RerunQuery, after: number): RerunCounts
  summarizeJobs(query: JobSummaryQuery): JobSummary
  /** Oldest first. */
  recentDurations(limit: number): { type: string; ms: number }[]
  countGroupRuns(tenantId: string, name: string): number
  /** @param late as JSON */
  stuckJobs(late: string, limit: number): string[]
  expiredJobs(before: number, limit: number): string[]
}

interface DeliveryScans {
  /** Oldest first. */
  attempts(deliveryId: string, limit: number): AttemptRow[]
  overdueDeliveries(destination: string, now: number, limit: number): DeliveryRow[]
  waitingDeliveries(endpointId: string, exceptUrl: string | null, limit: number): DeliveryRow[]
  listDeliveries(query: DeliveryQuery): RowPage<DeliveryRow>
  summarizeDeadLetters(filter: DeadLetterFilter, rows: number): DeadLetterSummary
  countReplayable(filter: DeadLetterFilter, before: number | null): ReplayCounts
  openBreakers(): string[]
  pausesOver(now: number): string[]
  destinationLoad(id: string, cap: number): { waiting: number; sending: number }
  listDestinations(query: PageQuery, cap: number): RowPage<{ row: DestinationRow; waiting: number; sending: number }>
  listEndpoints(query: PageQuery): RowPage<EndpointRow>
}

interface EventScans {
  eventBody(id: string): Uint8Array | null
  feed(query: FeedQuery): { rows: EventRow[]; more: boolean; passed: FeedPage['passed'] }
  expiredEvents(before: number, limit: number): string[]
}

interface TenantScans {
  activeTenants(since: number, limit: number): string[]
  listTenants(query: PageQuery): RowPage<TenantRow>
  listApiKeys(tenantId: string, query: PageQuery): RowPage<ApiKeyRow>
  listAudit(query: PageQuery): RowPage<AuditRow>
  listSessions(query: PageQuery): RowPage<SessionRow>
}

interface LaneScans {
  lanes(kind: Kind): { lane: string; dueAt: number }[]
  backlog(kind: Kind, now: number, rows: number): Backlog
  workers(): WorkerRow[]
  leaseHolders(): string[]
  leasedBy(worker: string, limit: number): { jobs: JobRow[]; deliveries: DeliveryRow[] }
}

/** Reads that may look at many rows or carry large bytes. */
export type Scans = JobScans & DeliveryScans & EventScans & TenantScans & LaneScans
