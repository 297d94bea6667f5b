/** What a claim costs on PostgreSQL: the records that have ended cost it nothing. */
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import { DUE_DELIVERIES, DUE_JOBS, NEXT_DELIVERY, NEXT_JOBS } from '../../src/store/postgres/queries/claim-statements.ts'
import { COUNT_RUNNING, COUNT_SENDING } from '../../src/store/postgres/queries/key-reads.ts'
import { LANE_SCANS } from '../../src/store/postgres/queries/lane-scans.ts'
import { type Statement, valuesOf } from '../../src/store/postgres/statements/statement.ts'
import { NOW, putDelivery } from './records.ts'
import { describeWithPostgres, openStoreAt, postgresOfFile } from './with-postgres.ts'

const ENDED = 100_000
const OPEN = 200
/** Many jobs and deliveries as those that are there, but ended; a few have a lease and run, as workers leave them. */
const FILL = `
  INSERT INTO jobs (id, tenant_id, type, priority, tags, metadata, created_at, timeout_ms, max_attempts, attempt, cancel_requested,
    progress_revision, version, status, started_at, finished_at, settled_at, result_kind, result_size)
  SELECT 'job_ended' || n, tenant_id, type, priority, tags, metadata, created_at, timeout_ms, max_attempts, 1, 0, 0, 3, 'completed',
    ${NOW}, ${NOW}, ${NOW}, 'json', 2
  FROM (SELECT * FROM jobs LIMIT 1) AS one, generate_series(1, ${ENDED}) AS n;
  INSERT INTO deliveries (id, tenant_id, event_id, event_type, job_id, job_type, url, destination, status, created_at, attempts, tries,
    give_up_at, finished_at, version)
  SELECT 'dlv_ended' || n, tenant_id, event_id, event_type, 'job_ended' || n, job_type, url, destination, 'delivered', created_at, 1, 1,
    give_up_at, ${NOW}, 3
  FROM (SELECT * FROM deliveries LIMIT 1) AS one, generate_series(1, ${ENDED}) AS n`

const LANE = 'tnt_default https://partner.example'
const CLAIM = {
  tenantId: DEFAULT_TENANT_ID,
  lane: DEFAULT_TENANT_ID,
  now: NOW,
  limit: 16,
  above: -1_000,
  except: '[]',
  heldBack: '[]',
  cap: 100,
}

/** Each with its parameters and the index that it must use. */
const STATEMENTS: Record<string, [Statement, Record<string, string | number>, RegExp]> = {
  'due jobs': [DUE_JOBS, CLAIM, /jobs_queue/],
  'the next job': [NEXT_JOBS, CLAIM, /jobs_due/],
  'running jobs': [COUNT_RUNNING, CLAIM, /jobs_open/],
  'due deliveries': [DUE_DELIVERIES, { ...CLAIM, lane: LANE }, /deliveries_due/],
  'the next delivery': [NEXT_DELIVERY, { lane: LANE }, /deliveries_due/],
  'deliveries in flight': [COUNT_SENDING, { lane: LANE }, /deliveries_sending/],
  'lanes with jobs': [LANE_SCANS.jobLanes, {}, /jobs_due/],
  'lanes with deliveries': [LANE_SCANS.deliveryLanes, {}, /deliveries_due/],
}

interface Plan {
  text: string
  /** Pages that were touched. */
  buffers: number
}

describeWithPostgres('on PostgreSQL beside a hundred thousand ended records', () => {
  const server = postgresOfFile()

  it('claims seek in indexes of what is open, and touch hardly more pages than in an empty store', async () => {
    const url = await server().database()
    const store = await openStoreAt(url)
    for (let n = 0; n < OPEN; n++) await putDelivery(store)
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    // As on the connections of claims.
    await client.query('SET enable_seqscan = off; SET enable_bitmapscan = off')
    const planOf = async ([{ sql, names }, params]: (typeof STATEMENTS)[string]): Promise<Plan> => {
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) ${sql}`, valuesOf(names, params))
      const text = rows.map((row) => row['QUERY PLAN']).join('\n')
      const [, hit = '0'] = /shared hit=(\d+)/.exec(text) ?? []
      return { text, buffers: Number(hit) }
    }
    await client.query('VACUUM ANALYZE')
    const before = new Map<string, Plan>()
    for (const [name, one] of Object.entries(STATEMENTS)) {
      await planOf(one)
      before.set(name, await planOf(one))
    }
    await client.query(FILL)
    await client.query('VACUUM ANALYZE')
    for (const [name, one] of Object.entries(STATEMENTS)) {
      await planOf(one)
      const { text, buffers } = await planOf(one)
      expect(text, name).not.toMatch(/Seq Scan on (jobs|deliveries|payloads|events)/)
      expect(text, name).toMatch(one[2])
      // A tree of a hundred thousand is a page or two deeper for each row that is fetched by its key.
      expect(buffers, `${name}: ${text}`).toBeLessThanOrEqual(1.5 * (before.get(name)?.buffers ?? 0) + 60)
    }
  })
})
