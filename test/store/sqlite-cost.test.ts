import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openInMemory } from '../../src/store/sqlite/file/open-database.ts'
import { BACKLOG_STATEMENTS } from '../../src/store/sqlite/queries/backlog.ts'
import { CLAIM_STATEMENTS } from '../../src/store/sqlite/queries/claims.ts'
import { summarySqlOf } from '../../src/store/sqlite/queries/dead-letters.ts'
import { FEED_STATEMENTS } from '../../src/store/sqlite/queries/feed.ts'
import { GROUP_STATEMENTS } from '../../src/store/sqlite/queries/job-groups.ts'
import { jobSummarySqlOf } from '../../src/store/sqlite/queries/job-summary.ts'
import { KEY_READ_STATEMENTS } from '../../src/store/sqlite/queries/key-reads.ts'
import { deadLetterList, deliveryList, jobList } from '../../src/store/sqlite/queries/lists.ts'
import { pageSqlOf } from '../../src/store/sqlite/queries/page.ts'
import { rerunList, rerunSqlOf } from '../../src/store/sqlite/queries/reruns.ts'
import { SCAN_STATEMENTS } from '../../src/store/sqlite/queries/scans.ts'
import { openInline } from './open-stores.ts'
import { aJob, bytesOf, deliveryQuery, jobQuery, NOW, put, putJob } from './records.ts'

const TENANTS = [null, 'tnt_default']
const JOB_STATUSES = ['pending', 'running', 'completed', 'failed', 'canceled'] as const
const DELIVERY_STATUSES = ['pending', 'delivered', 'dead', 'canceled'] as const

describe('the cost of the store', () => {
  it('reads every table through an index, in the order of the index', () => {
    const db = openInMemory(NOW)
    const { recentDurations: _boundedByItsLimit, ...scans } = SCAN_STATEMENTS
    const { signingSecrets: _aHandfulOfRows, ...keyReads } = KEY_READ_STATEMENTS
    for (const [name, sql] of Object.entries({ ...CLAIM_STATEMENTS, ...GROUP_STATEMENTS, ...keyReads, ...FEED_STATEMENTS, ...scans })) {
      const plan = planOf(db, sql)
      expect(plan, name).not.toMatch(/SCAN (jobs|deliveries|events|attempts|payloads|results|tombstones)/)
      expect(plan, name).not.toMatch(/TEMP B-TREE/)
    }
    db.close()
  })

  it('serves every list in the order of an index, whatever is asked for', () => {
    const db = openInMemory(NOW)
    const jobLists = [null, ...JOB_STATUSES].flatMap((status) => TENANTS.map((tenantId) => jobList(jobQuery({ tenantId, status }))))
    const deliveryLists = [null, ...DELIVERY_STATUSES].flatMap((status) =>
      TENANTS.flatMap((tenantId) => [null, 'job_1'].map((jobId) => deliveryList(deliveryQuery({ tenantId, status, jobId })))),
    )
    for (const list of [...jobLists, ...deliveryLists]) {
      const { windowSql, pageSql } = pageSqlOf(list)
      for (const sql of [windowSql, pageSql]) expect(planOf(db, sql), sql).not.toMatch(/TEMP B-TREE|SCAN (jobs|deliveries)/)
    }
    db.close()
  })

  it('counts dead letters without a look at any other delivery', () => {
    const db = openInMemory(NOW)
    for (const tenantId of TENANTS) {
      const { beyondSql, groupsSql } = summarySqlOf(deadLetterList(deliveryQuery({ tenantId })))
      for (const sql of [beyondSql, groupsSql])
        expect(planOf(db, sql), sql).toMatch(/deliveries USING (COVERING )?INDEX deliveries_ended_badly/)
    }
    db.close()
  })

  it('finds and counts jobs to rerun, and sums jobs up, in the order of an index', () => {
    const db = openInMemory(NOW)
    for (const tenantId of TENANTS) {
      for (const status of [null, ...JOB_STATUSES]) {
        const { windowSql, rowsSql } = rerunSqlOf(rerunList({ ...jobQuery({ tenantId, status }), endedBefore: NOW }))
        for (const sql of [windowSql, rowsSql]) expect(planOf(db, sql), sql).not.toMatch(/TEMP B-TREE|SCAN jobs/)
      }
      expect(planOf(db, jobSummarySqlOf(tenantId).windowSql)).not.toMatch(/TEMP B-TREE|SCAN jobs/)
    }
    db.close()
  })

  it('counts the backlog without a look at what has ended', () => {
    const db = openInMemory(NOW)
    for (const sql of Object.values(BACKLOG_STATEMENTS).flatMap((of) => Object.values(of))) {
      expect(planOf(db, sql), sql).toMatch(/(jobs|deliveries) USING (COVERING )?INDEX \1_(due|leased)/)
    }
    db.close()
  })

  it('does not go with the jobs that wait for later: 100,000 of them at many priorities', async () => {
    const store = await openInline()
    for (let batch = 0; batch < 100; batch++) {
      const jobs = Array.from({ length: 1000 }, (_, n) => aJob({ priority: (n % 7) - 3, type: `type ${n % 3}`, runAt: NOW + 1e6 + n }))
      await put(store, ...jobs.map((job) => ({ write: 'insertJob' as const, job, payload: bytesOf('1') })))
    }
    const due = await putJob(store, aJob({ priority: -3 }))
    const claim = { lane: due.tenantId, now: NOW, worker: 'w', exceptTypes: ['type 1'] }
    const costs = {
      lanes: await medianMs(() => store.lanes.waiting('job')),
      nothingTaken: await medianMs(() => store.lanes.claimJobs({ ...claim, limit: 10, exceptTypes: ['report'] })),
      position: await medianMs(() => store.jobs.queuePosition(due, NOW, 100)),
      count: await medianMs(() => store.tenants.countJobs(due.tenantId, 'pending', 1000)),
      list: await medianMs(() => store.jobs.list(jobQuery({ status: 'failed' }))),
    }
    // The cheapest walk over these jobs, on the same machine at the same time.
    const walk = await medianMs(() => store.tenants.countJobs(due.tenantId, 'pending', 100_000))
    for (const [name, ms] of Object.entries(costs)) expect(ms, name).toBeLessThan(walk / 2)
    expect(await store.jobs.queuePosition(due, NOW, 100)).toBe(1)
    expect((await store.lanes.claimJobs({ ...claim, limit: 10 })).taken.map((work) => work.job.id)).toEqual([due.id])
  }, 60_000)
})

function planOf(db: Database.Database, sql: string): string {
  const steps = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\?|@\w+/g, 'NULL')}`).all()
  return steps.map((step) => step.detail).join('\n')
}

async function medianMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 31; n++) {
    const startedAt = performance.now()
    await run()
    times.push(performance.now() - startedAt)
  }
  return times.toSorted((a, b) => a - b)[15] ?? 0
}
