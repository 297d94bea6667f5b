/** The Store port over SQLite: domain records in, domain records out, whatever drives the statements. */
import type { Claimed, ClaimedJobs, DeliveryWork, Store } from '../../ports.ts'
import type { Vault } from '../vault.ts'
import type { ClaimedDeliveryRows, ClaimedJobRows } from './claims.ts'
import { CorruptRow, plainBytes } from './column.ts'
import { parseDestination } from './destination-rows.ts'
import type { Drive } from './drive.ts'
import { readEvent } from './feed.ts'
import { openHeaders } from './job-row.ts'
import { readAttempt, readDelivery, readEndpoint, readJob, readJobView } from './read-rows.ts'
import { damageOf } from './salvage.ts'
import { parseTenant, readApiKey, readSigningSecrets } from './tenant-row.ts'
import { parseWorker } from './worker-rows.ts'
import { stepsOf } from './writes.ts'

/** The key of `meta` under which the installation's id is kept. */
export const INSTALLATION = 'installation'

export function sqliteStore(drive: Drive, vault: Vault): Store {
  const found = <Row, T>(row: Row | undefined, parse: (row: Row) => T): T | null => (row === undefined ? null : parse(row))

  return {
    commit: async (change) => drive.write({ steps: stepsOf(change, vault) }),
    claimJobs: async (claim) => claimedJobs(await drive.write({ claimJobs: claim }), vault),
    claimDeliveries: async (claim) => claimedDeliveries(await drive.write({ claimDeliveries: claim }), vault),
    lanes: (kind) => drive.scan('lanes', kind),
    backlog: (kind, now) => drive.scan('backlog', kind, now),
    leaseHolders: () => drive.scan('leaseHolders'),
    async leasedBy(worker, limit) {
      const rows = await drive.scan('leasedBy', worker, limit)
      return {
        jobs: rows.jobs.map((row) => withStatus(readJob(row, vault), 'pending', 'running')),
        deliveries: rows.deliveries.map((row) => withStatus(readDelivery(row), 'pending', 'sending')),
      }
    },
    countSending: async (lane) => drive.read((reads) => reads.countSending(lane)),
    workers: async () => (await drive.scan('workers')).map(parseWorker),

    job: async (id) =>
      found(
        drive.read((reads) => reads.job(id)),
        (row) => readJob(row, vault),
      ),
    jobView: async (id) =>
      found(
        drive.read((reads) => reads.jobView(id)),
        (rows) => readJobView(rows, vault),
      ),
    async result(jobId, part) {
      const found = await drive.scan('result', jobId, part)
      return found === null ? null : { bytes: plainBytes(found.bytes), sha256: plainBytes(found.sha256) }
    },
    async listJobs(query) {
      const page = await drive.scan('listJobs', query)
      return { rows: page.rows.map((rows) => readJobView(rows, vault)), next: page.next }
    },
    async payload(jobId) {
      const found = await drive.scan('payload', jobId)
      return found === null ? null : plainBytes(found.bytes)
    },
    rerunCandidates: (query, after, limit) => drive.scan('rerunCandidates', query, after, limit),
    countRerunCandidates: (query, after) => drive.scan('countRerunCandidates', query, after),
    summarizeJobs: (query) => drive.scan('summarizeJobs', query),
    async queuePosition(job, now, cap) {
      const ahead = drive.read((reads) => reads.jobsAhead(job, now, cap))
      return ahead < cap ? ahead + 1 : null
    },
    idempotencyKey: async (tenantId, key) =>
      found(
        drive.read((reads) => reads.idempotencyKey(tenantId, key)),
        (row) => ({ bodyHash: plainBytes(row.body_hash), jobId: row.job_id }),
      ),
    tombstone: async (jobId, now) =>
      found(
        drive.read((reads) => reads.tombstone(jobId, now)),
        (row) => ({ tenantId: row.tenant_id }),
      ),
    recentDurations: (limit) => drive.scan('recentDurations', limit),
    expiredEvents: (before, limit) => drive.scan('expiredEvents', before, limit),
    expiredJobs: (before, limit) => drive.scan('expiredJobs', before, limit),

    delivery: async (id) =>
      found(
        drive.read((reads) => reads.delivery(id)),
        readDelivery,
      ),
    overdueDeliveries: async (destination, now, limit) =>
      (await drive.scan('overdueDeliveries', destination, now, limit)).map((row) => withStatus(readDelivery(row), 'pending')),
    destination: async (id) =>
      found(
        drive.read((reads) => reads.destination(id)),
        parseDestination,
      ),
    endpoint: async (id) =>
      found(
        drive.read((reads) => reads.endpoint(id)),
        (row) => readEndpoint(row, vault),
      ),
    endpointsOf: async (tenantId) => drive.read((reads) => reads.endpointsOf(tenantId)).map((row) => readEndpoint(row, vault)),
    async listEndpoints(query) {
      const page = await drive.scan('listEndpoints', query)
      return { rows: page.rows.map((row) => readEndpoint(row, vault)), next: page.next }
    },
    waitingDeliveries: async (endpointId, exceptUrl, limit) =>
      (await drive.scan('waitingDeliveries', endpointId, exceptUrl, limit)).map((row) => withStatus(readDelivery(row), 'pending')),
    async listDestinations(query, cap) {
      const page = await drive.scan('listDestinations', query, cap)
      return { rows: page.rows.map(({ row, ...counts }) => ({ destination: parseDestination(row), ...counts })), next: page.next }
    },
    openBreakers: () => drive.scan('openBreakers'),
    attempts: async (deliveryId, limit) => (await drive.scan('attempts', deliveryId, limit)).map(readAttempt),
    async listDeliveries(query) {
      const page = await drive.scan('listDeliveries', query)
      return { rows: page.rows.map(readDelivery), next: page.next }
    },
    summarizeDeadLetters: (filter) => drive.scan('summarizeDeadLetters', filter),

    eventPosition: async (id) =>
      found(
        drive.read((reads) => reads.eventPosition(id)),
        (row) => ({ tenantId: row.tenant_id, position: row.seq }),
      ),
    async eventBody(id) {
      const body = await drive.scan('eventBody', id)
      return body === null ? null : plainBytes(body)
    },
    lastEvent: async (tenantId) =>
      found(
        drive.read((reads) => reads.lastEvent(tenantId)),
        (row) => ({ id: row.id, position: row.seq }),
      ),
    async feed(query) {
      const { rows, more, passed } = await drive.scan('feed', query)
      return { events: rows.map(readEvent), more, passed }
    },

    tenant: async (id) =>
      found(
        drive.read((reads) => reads.tenant(id)),
        parseTenant,
      ),
    async listTenants(query) {
      const page = await drive.scan('listTenants', query)
      return { rows: page.rows.map(parseTenant), next: page.next }
    },
    activeTenants: (since, limit) => drive.scan('activeTenants', since, limit),
    countJobs: async (tenantId, status, cap) => drive.read((reads) => reads.countJobs(tenantId, status, cap)),
    apiKey: async (id) =>
      found(
        drive.read((reads) => reads.apiKey(id)),
        readApiKey,
      ),
    apiKeyByHash: async (hash) =>
      found(
        drive.read((reads) => reads.apiKeyByHash(hash)),
        readApiKey,
      ),
    hasValidKey: async (tenantId, scope, now) => drive.read((reads) => reads.hasValidKey(tenantId, scope, now)),
    async listApiKeys(tenantId, query) {
      const page = await drive.scan('listApiKeys', tenantId, query)
      return { rows: page.rows.map(readApiKey), next: page.next }
    },
    signingSecrets: async (tenantId, endpointId, now) =>
      readSigningSecrets(
        drive.read((reads) => reads.signingSecrets(tenantId, endpointId, now)),
        vault,
      ),

    async installation() {
      const id = drive.read((reads) => reads.meta(INSTALLATION))?.value
      if (id === undefined) throw new Error('the store has no id')
      return id
    },
    health: () => drive.health(),
    close: () => drive.close(),
  }
}

/** What was claimed and cannot be read is given all the same, as damaged: it is the claimer's to end. */
function claimedJobs({ jobs, nextDueAt, nextLaterAt }: ClaimedJobRows, vault: Vault): ClaimedJobs {
  const taken = jobs.map(({ job: row, payload }) => {
    const job = withStatus(readJob(row, vault), 'running')
    return payload instanceof Uint8Array
      ? { job, payload: plainBytes(payload) }
      : { job: { ...job, damage: 'payload' }, payload: new Uint8Array() }
  })
  return { taken, nextDueAt, nextLaterAt }
}

function claimedDeliveries({ deliveries, nextDueAt }: ClaimedDeliveryRows, vault: Vault): Claimed<DeliveryWork> {
  const taken = deliveries.map(({ delivery: row, body, sealedHeaders }) => {
    const delivery = withStatus(readDelivery(row), 'sending')
    try {
      if (!(body instanceof Uint8Array)) throw new CorruptRow(row.id, 'event')
      const headers = row.job_id === null ? {} : openHeaders(sealedHeaders, row.job_id, vault)
      return { delivery, body: plainBytes(body), headers }
    } catch (error) {
      return { delivery: { ...delivery, damage: damageOf(error) }, body: new Uint8Array(), headers: {} }
    }
  })
  return { taken, nextDueAt }
}

/** Narrows a record to the states its index promises. */
function withStatus<R extends { id: string; status: string }, S extends R['status']>(
  record: R,
  ...allowed: S[]
): Extract<R, { status: S }> {
  const is = (one: R): one is Extract<R, { status: S }> => allowed.some((status) => status === one.status)
  if (!is(record)) throw new CorruptRow(record.id, 'status')
  return record
}
