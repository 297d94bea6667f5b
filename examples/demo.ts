/**
 * The main job in one go, on free ports and a temporary folder: a real report submitted, its progress, its verified callback and
 * its polled status; then a callback that fails until it is dead, is replayed, and delivered. Exit 0 only if all of it happened.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPartner } from './demo/partner.ts'
import { type Job, startRingback } from './demo/ringback.ts'
import { bar, say, step, table } from './demo/screen.ts'

/** Short waits instead of three days: three tries in half a second. */
const SCHEDULE = '200ms,300ms'
const TOTAL_MS = 55_000

const dataDir = await mkdtemp(join(tmpdir(), 'ringback-demo-'))
const partner = await startPartner()
const ringback = await startRingback(dataDir, { CALLBACK_RETRY_SCHEDULE: SCHEDULE, CALLBACK_RETRY_JITTER: '0', CALLBACK_BREAKER: 'off' })
const timeUp = setTimeout(() => {
  console.error(`The demo did not end within ${TOTAL_MS / 1000} s.\n${ringback.output()}`)
  process.exit(1)
}, TOTAL_MS)

try {
  partner.secret = (await ringback.get<{ secret: string }>('/v1/signing-secret')).secret
  await report()
  await deadLetter()
  say('\nAll of it happened. Next: npm start, and docs/getting-started.md.')
} catch (error) {
  console.error(ringback.output())
  throw error
} finally {
  clearTimeout(timeUp)
  await ringback.stop()
  await partner.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function report(): Promise<void> {
  step('A report over the box-office figures of some 3,000 films: POST /v1/jobs')
  const {
    status,
    headers,
    body: accepted,
  } = await ringback.post<Job>('/v1/jobs', {
    type: 'report.sales_summary',
    payload: {
      file: 'box-office.csv',
      columns: { date: 'release_date', category: 'genre', amount: 'worldwide_gross' },
      from: '1990-01-01',
      to: '2009-12-31',
      pace_ms: 150,
    },
    callback_url: partner.url,
  })
  assert.equal(status, 202)
  say(`202 Accepted, Location: ${headers.get('location')}`)

  step('Its status, polled: GET /v1/jobs/{id}')
  const progress = bar()
  let job = accepted
  while (job.status === 'pending' || job.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 250))
    job = await ringback.get<Job>(`/v1/jobs/${accepted.id}`)
    progress.show(job.progress?.percent ?? 0, job.progress?.message ?? job.status)
  }
  progress.stop()
  assert.equal(job.status, 'completed')
  const result = job.result as { rows: { counted: number }; by_category: { category: string; count: number; amount: number }[] }
  assert.ok(result.rows.counted > 1_000)
  table(
    ['genre', 'films', 'worldwide gross'],
    result.by_category
      .toSorted((a, b) => b.amount - a.amount)
      .slice(0, 5)
      .map((row) => [row.category, String(row.count), `$${row.amount.toLocaleString('en-US')}`]),
  )

  step('Its callback at the partner, verified with the standardwebhooks library')
  const hit = await partner.verified((event) => event.data.id === accepted.id)
  assert.deepEqual(hit.event.data.result, job.result)
  say(`${hit.event.type}  webhook-id ${hit.id}  signature verified`)
}

async function deadLetter(): Promise<void> {
  step('The partner breaks: it answers 503 to everything, until the schedule is spent')
  partner.broken = true
  const { body: order } = await ringback.post<Job>('/v1/jobs', {
    type: 'order.create',
    payload: {
      customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
      items: [{ sku: 'poster-a1', quantity: 2 }],
      card_token: 'tok_visa',
    },
    callback_url: partner.url,
  })
  const dead = await ringback.until('the delivery is dead', async () => {
    const { data } = await ringback.get<{ data: { id: string; job_id: string; reason: string; attempts: number; last_status: number }[] }>(
      '/v1/dead-letters',
    )
    return data.find((one) => one.job_id === order.id)
  })
  assert.deepEqual([dead.reason, dead.attempts, dead.last_status], ['exhausted', 3, 503])
  say(`GET /v1/dead-letters: ${dead.id}  ${dead.reason} after ${dead.attempts} attempts, last status ${dead.last_status}`)

  step('The partner is mended; the dead letter is replayed: POST /v1/deliveries/{id}/replay')
  partner.broken = false
  assert.equal((await ringback.post(`/v1/deliveries/${dead.id}/replay`)).status, 202)
  const hit = await partner.verified((event) => event.data.id === order.id)
  assert.equal(hit.refusedBefore, 3)
  say(`${hit.event.type}  webhook-id ${hit.id}  signature verified, the same id as on the 3 attempts before`)

  step('The final status')
  const job = await ringback.until('the job shows its delivery', async () => {
    const now = await ringback.get<Job>(`/v1/jobs/${order.id}`)
    return now.callback?.status === 'delivered' ? now : undefined
  })
  assert.equal(job.status, 'completed')
  say(`job ${job.status}, callback ${job.callback?.status} after ${job.callback?.attempts} attempts`)
}
