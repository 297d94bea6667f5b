import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openInMemory } from '../../src/store/sqlite/file/open-database.ts'
import { BACKLOG_STATEMENTS } from '../../src/store/sqlite/queries/backlog.ts'
import { CLAIM_STATEMENTS } from '../../src/store/sqlite/queries/claims.ts'
import { replayableList, replayableSqlOf, summarySqlOf } from '../../src/store/sqlite/queries/dead-letters.ts'
import { FEED_STATEMENTS } from '../../src/store/sqlite/queries/feed.ts'
import { GROUP_STATEMENTS } from '../../src/store/sqlite/queries/job-groups.ts'
import { failuresSqlOf, jobSummarySqlOf } from '../../src/store/sqlite/queries/job-summary.ts'
import { KEY_READ_STATEMENTS } from '../../src/store/sqlite/queries/key-reads.ts'
import { deadLetterList, deliveryList, jobList } from '../../src/store/sqlite/queries/lists.ts'
import { pageSqlOf } from '../../src/store/sqlite/queries/page.ts'
import { rerunList, rerunSqlOf } from '../../src/store/sqlite/queries/reruns.ts'
import { SCAN_STATEMENTS } from '../../src/store/sqlite/queries/scans.ts'
import { deliveryQuery, jobQuery, NOW } from './records.ts'

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
      expect(planOf(db, replayableSqlOf(replayableList(deliveryQuery({ tenantId }))).windowSql)).not.toMatch(/TEMP B-TREE|SCAN deliveries/)
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
      for (const sql of Object.values(failuresSqlOf(tenantId))) {
        expect(planOf(db, sql), sql).toMatch(/jobs USING (COVERING )?INDEX jobs_(failed|ended_badly)/)
      }
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

  it.each([
    ['dueJobs', 'jobs_queue (tenant_id=? AND priority=? AND type=? AND due_at<?)'],
    ['impatientJobs', 'jobs_waiting (tenant_id=? AND type=? AND waiting_since<?)'],
    ['nextDueJob', 'jobs_due (tenant_id=?)'],
    ['nextLaterJob', 'jobs_due (tenant_id=? AND due_at>?)'],
    ['nextDueDelivery', 'deliveries_due (destination=?)'],
    ['dueDeliveries', 'deliveries_due (destination=? AND due_at<?)'],
    ['firstGroup', 'jobs_queue (tenant_id=?)'],
    ['nextType', 'jobs_queue (tenant_id=? AND priority=? AND type<?)'],
    ['nextPriority', 'jobs_queue (tenant_id=? AND priority<?)'],
    ['dueBefore', 'jobs_queue (tenant_id=? AND priority=? AND type=? AND due_at<?)'],
    ['dueTogether', 'jobs_queue (tenant_id=? AND priority=? AND type=? AND due_at=? AND rowid<?)'],
    ['countJobs', 'jobs_open (tenant_id=? AND status=?)'],
  ] as const)('%s seeks to what it wants: the records that wait for later cost it nothing', (name, seek) => {
    const db = openInMemory(NOW)
    const statements = { ...CLAIM_STATEMENTS, ...GROUP_STATEMENTS, ...KEY_READ_STATEMENTS }
    const searches = planOf(db, statements[name])
      .split('\n')
      .filter((step) => step.startsWith('SEARCH'))
    expect(searches).toEqual([expect.stringMatching(/^SEARCH \w+ USING (COVERING )?INDEX /)])
    expect(searches[0]).toContain(` INDEX ${seek}`)
    db.close()
  })

  it.each([
    ['jobLanes', 'jobs_due', 'tenant_id'],
    ['deliveryLanes', 'deliveries_due', 'destination'],
  ] as const)('%s takes one seek for each lane, not one step for each record', (name, index, lane) => {
    const db = openInMemory(NOW)
    const plan = planOf(db, SCAN_STATEMENTS[name])
    expect(plan).toContain(`INDEX ${index} (${lane}>?)`)
    expect(plan).toContain(`INDEX ${index} (${lane}=?)`)
    expect(plan).not.toMatch(/SCAN (jobs|deliveries)/)
    db.close()
  })
})

function planOf(db: Database.Database, sql: string): string {
  const steps = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\?|@\w+/g, 'NULL')}`).all()
  return steps.map((step) => step.detail).join('\n')
}
