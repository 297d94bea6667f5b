import type Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { openInMemory } from '../../src/store/sqlite/file/open-database.ts'
import { tornWork } from './torn-work.ts'

/** A completed job whose callback was delivered, and a pending one, each whole. */
function wholeWork(): Database.Database {
  const db = openInMemory(0)
  const insert = (table: string, row: Record<string, unknown>) => {
    const names = Object.keys(row)
    db.prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${names.map((name) => `@${name}`).join()})`).run(row)
  }
  const job = {
    tenant_id: 'tnt',
    type: 'test',
    priority: 0,
    tags: '[]',
    metadata: '{}',
    created_at: 1,
    timeout_ms: 1,
    max_attempts: 1,
    attempt: 1,
    cancel_requested: 0,
    progress_revision: 0,
    version: 1,
  }
  const ended = { status: 'completed', finished_at: 2, settled_at: 3, result_kind: 'json', callback_events: '["job.completed"]' }
  insert('jobs', { ...job, seq: 1, id: 'job_ended', ...ended })
  insert('jobs', { ...job, seq: 2, id: 'job_open', status: 'pending' })
  for (const seq of [1, 2]) insert('payloads', { job_seq: seq, bytes: Buffer.from('1') })
  insert('results', { job_seq: 1, bytes: Buffer.from('1') })
  insert('idempotency_keys', { tenant_id: 'tnt', key: 'k', body_hash: Buffer.from('h'), job_id: 'job_open' })
  insert('events', { id: 'evt', tenant_id: 'tnt', type: 'job.completed', job_id: 'job_ended', body: Buffer.from('{}'), created_at: 2 })
  insert('deliveries', {
    id: 'dlv',
    tenant_id: 'tnt',
    event_id: 'evt',
    event_type: 'job.completed',
    job_id: 'job_ended',
    url: 'http://x/',
    destination: 'd',
    status: 'delivered',
    created_at: 2,
    attempts: 1,
    tries: 1,
    give_up_at: 9,
    version: 2,
  })
  insert('attempts', { delivery_id: 'dlv', n: 1, at: 2, ms: 1, status: 204, response_headers: '{}', response_body: Buffer.from('') })
  return db
}

it('finds nothing where every commit is whole', () => {
  expect(tornWork(wholeWork())).toEqual([])
})

it.each([
  ['DELETE FROM payloads WHERE job_seq = 2', 'a job without its payload: job_open'],
  ["DELETE FROM jobs WHERE id = 'job_open'", 'an idempotency key without its job: k'],
  ['DELETE FROM events', 'an ended job without its event: job_ended'],
  ['DELETE FROM deliveries', 'an ended job without the delivery its callback asks for: job_ended'],
  ['DELETE FROM results', 'a completed job without its result: job_ended'],
  ['INSERT INTO results SELECT 2, bytes FROM results', 'a result of a job that is not completed: 2'],
  ["UPDATE jobs SET status = 'running' WHERE id = 'job_ended'", 'an event of an end that did not come: evt'],
  ['DELETE FROM events', 'a delivery without its event: dlv'],
  ['UPDATE deliveries SET attempts = 2', 'a delivery that counts other attempts than are logged: dlv'],
  ['UPDATE attempts SET status = 503', 'a delivered callback that nobody accepted: dlv'],
  ["UPDATE deliveries SET status = 'pending'", 'a job that is not settled when it should be, or is too early: job_ended'],
])('after %s it says: %s', (sql, finding) => {
  const db = wholeWork()
  db.exec(sql)
  expect(tornWork(db)).toContain(finding)
})
