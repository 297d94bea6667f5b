/** The Store port over SQLite: domain records in, domain records out, whatever drives the statements. */
import type { Claimed, ClaimedJobs, DeliveryWork } from '../../ports/lanes.ts'
import type { Store } from '../../ports/store.ts'
import { CorruptRow, plainBytes } from '../rows/column.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { openHeaders } from '../rows/job-row.ts'
import { damageOf } from '../rows/salvage.ts'
import { parseTenant, readApiKey, readSigningSecrets } from '../rows/tenant-row.ts'
import type { ClaimedDeliveryRows, ClaimedJobRows } from './queries/claims.ts'
import { readEvent } from './queries/feed.ts'
import { readAttempt, readDelivery, readEndpoint, readJob, readJobView } from './queries/read-rows.ts'
import { parseDestination } from './tables/destination-rows.ts'
import { parseWorker } from './tables/worker-rows.ts'
import { stepsOf } from './tables/writes.ts'
import type { Driver } from './threads/driver.ts'

/** The key of `meta` under which the installation's id is kept. */
export const INSTALLATION = 'installation'

export function sqliteStore(driver: Driver, encryptor: Encryptor): Store {
  const found = <Row, T>(row: Row | undefined, parse: (row: Row) => T): T | null => (row === undefined ? null : parse(row))

  return {
    commit: async (change) => driver.write({ steps: stepsOf(change, encryptor) }),
    lanes: {
      claimJobs: async (claim) => claimedJobs(await driver.write({ claimJobs: claim }), encryptor),
      claimDeliveries: async (claim) => claimedDeliveries(await driver.write({ claimDeliveries: claim }), encryptor),
      waiting: (kind) => driver.scan('lanes', kind),
      backlog: (kind, now) => driver.scan('backlog', kind, now),
      countSending: async (lane) => driver.read((reads) => reads.countSending(lane)),
    },
    workers: {
      all: async () => (await driver.scan('workers')).map(parseWorker),
      leaseHolders: () => driver.scan('leaseHolders'),
      async leasedBy(worker, limit) {
        const rows = await driver.scan('leasedBy', worker, limit)
        return {
          jobs: rows.jobs.map((row) => withStatus(readJob(row, encryptor), 'pending', 'running')),
          deliveries: rows.deliveries.map((row) => withStatus(readDelivery(row), 'pending', 'sending')),
        }
      },
    },
    jobs: {
      find: async (id) =>
        found(
          driver.read((reads) => reads.job(id)),
          (row) => readJob(row, encryptor),
        ),
      view: async (id) =>
        found(
          driver.read((reads) => reads.jobView(id)),
          (rows) => readJobView(rows, encryptor),
        ),
      async result(jobId, part) {
        const found = await driver.scan('result', jobId, part)
        return found === null ? null : { bytes: plainBytes(found.bytes), sha256: plainBytes(found.sha256) }
      },
      async payload(jobId) {
        const found = await driver.scan('payload', jobId)
        return found === null ? null : plainBytes(found.bytes)
      },
      async list(query) {
        const page = await driver.scan('listJobs', query)
        return { rows: page.rows.map((rows) => readJobView(rows, encryptor)), next: page.next }
      },
      rerunCandidates: (query, after, limit) => driver.scan('rerunCandidates', query, after, limit),
      countRerunCandidates: (query, after) => driver.scan('countRerunCandidates', query, after),
      summarize: (query) => driver.scan('summarizeJobs', query),
      async queuePosition(job, now, cap) {
        const ahead = driver.read((reads) => reads.jobsAhead(job, now, cap))
        return ahead < cap ? ahead + 1 : null
      },
      tombstone: async (jobId, now) =>
        found(
          driver.read((reads) => reads.tombstone(jobId, now)),
          (row) => ({ tenantId: row.tenant_id }),
        ),
      recentDurations: (limit) => driver.scan('recentDurations', limit),
      expired: (before, limit) => driver.scan('expiredJobs', before, limit),
    },
    deliveries: {
      find: async (id) =>
        found(
          driver.read((reads) => reads.delivery(id)),
          readDelivery,
        ),
      overdue: async (destination, now, limit) =>
        (await driver.scan('overdueDeliveries', destination, now, limit)).map((row) => withStatus(readDelivery(row), 'pending')),
      waitingFor: async (endpointId, exceptUrl, limit) =>
        (await driver.scan('waitingDeliveries', endpointId, exceptUrl, limit)).map((row) => withStatus(readDelivery(row), 'pending')),
      attempts: async (deliveryId, limit) => (await driver.scan('attempts', deliveryId, limit)).map(readAttempt),
      async list(query) {
        const page = await driver.scan('listDeliveries', query)
        return { rows: page.rows.map(readDelivery), next: page.next }
      },
      summarizeDeadLetters: (filter) => driver.scan('summarizeDeadLetters', filter),
    },
    destinations: {
      find: async (id) =>
        found(
          driver.read((reads) => reads.destination(id)),
          parseDestination,
        ),
      async list(query, cap) {
        const page = await driver.scan('listDestinations', query, cap)
        return { rows: page.rows.map(({ row, ...counts }) => ({ destination: parseDestination(row), ...counts })), next: page.next }
      },
      openBreakers: () => driver.scan('openBreakers'),
    },
    endpoints: {
      find: async (id) =>
        found(
          driver.read((reads) => reads.endpoint(id)),
          (row) => readEndpoint(row, encryptor),
        ),
      ofTenant: async (tenantId) => driver.read((reads) => reads.endpointsOf(tenantId)).map((row) => readEndpoint(row, encryptor)),
      async list(query) {
        const page = await driver.scan('listEndpoints', query)
        return { rows: page.rows.map((row) => readEndpoint(row, encryptor)), next: page.next }
      },
    },
    events: {
      position: async (id) =>
        found(
          driver.read((reads) => reads.eventPosition(id)),
          (row) => ({ tenantId: row.tenant_id, position: row.seq }),
        ),
      async body(id) {
        const body = await driver.scan('eventBody', id)
        return body === null ? null : plainBytes(body)
      },
      last: async (tenantId) =>
        found(
          driver.read((reads) => reads.lastEvent(tenantId)),
          (row) => ({ id: row.id, position: row.seq }),
        ),
      async feed(query) {
        const { rows, more, passed } = await driver.scan('feed', query)
        return { events: rows.map(readEvent), more, passed }
      },
      expired: (before, limit) => driver.scan('expiredEvents', before, limit),
    },
    tenants: {
      find: async (id) =>
        found(
          driver.read((reads) => reads.tenant(id)),
          parseTenant,
        ),
      async list(query) {
        const page = await driver.scan('listTenants', query)
        return { rows: page.rows.map(parseTenant), next: page.next }
      },
      active: (since, limit) => driver.scan('activeTenants', since, limit),
      countJobs: async (tenantId, status, cap) => driver.read((reads) => reads.countJobs(tenantId, status, cap)),
      idempotencyKey: async (tenantId, key) =>
        found(
          driver.read((reads) => reads.idempotencyKey(tenantId, key)),
          (row) => ({ bodyHash: plainBytes(row.body_hash), jobId: row.job_id }),
        ),
      apiKey: async (id) =>
        found(
          driver.read((reads) => reads.apiKey(id)),
          readApiKey,
        ),
      apiKeyByHash: async (hash) =>
        found(
          driver.read((reads) => reads.apiKeyByHash(hash)),
          readApiKey,
        ),
      hasValidKey: async (tenantId, scope, now) => driver.read((reads) => reads.hasValidKey(tenantId, scope, now)),
      async listApiKeys(tenantId, query) {
        const page = await driver.scan('listApiKeys', tenantId, query)
        return { rows: page.rows.map(readApiKey), next: page.next }
      },
      signingSecrets: async (tenantId, endpointId, now) =>
        readSigningSecrets(
          driver.read((reads) => reads.signingSecrets(tenantId, endpointId, now)),
          encryptor,
        ),
    },
    async installation() {
      const id = driver.read((reads) => reads.meta(INSTALLATION))?.value
      if (id === undefined) throw new Error('the store has no id')
      return id
    },
    health: () => driver.health(),
    close: () => driver.close(),
  }
}

/** What was claimed and cannot be read is given all the same, as damaged: it is the claimer's to end. */
function claimedJobs({ jobs, nextDueAt, nextLaterAt }: ClaimedJobRows, encryptor: Encryptor): ClaimedJobs {
  const taken = jobs.map(({ job: row, payload }) => {
    const job = withStatus(readJob(row, encryptor), 'running')
    return payload instanceof Uint8Array
      ? { job, payload: plainBytes(payload) }
      : { job: { ...job, damage: 'payload' }, payload: new Uint8Array() }
  })
  return { taken, nextDueAt, nextLaterAt }
}

function claimedDeliveries({ deliveries, nextDueAt }: ClaimedDeliveryRows, encryptor: Encryptor): Claimed<DeliveryWork> {
  const taken = deliveries.map(({ delivery: row, body, sealedHeaders }) => {
    const delivery = withStatus(readDelivery(row), 'sending')
    try {
      if (!(body instanceof Uint8Array)) throw new CorruptRow(row.id, 'event')
      const headers = row.job_id === null ? {} : openHeaders(sealedHeaders, row.job_id, encryptor)
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
