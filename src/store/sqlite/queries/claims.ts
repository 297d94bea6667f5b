/**
 * Claims: the only writes that choose their records themselves. They run on the writing connection inside its transaction, so two
 * claims never share a record, and nothing is claimed once a pause has been written.
 */
import type Database from 'better-sqlite3'
import type { PendingDelivery } from '../../../domain/delivery.ts'
import type { ClaimDeliveries, ClaimJobs, LeaseDeliveries, LeaseJobs } from '../../../ports/lanes.ts'
import type { ClaimedDeliveries, ClaimedJobs, LeasedJobs } from '../../driver/driver.ts'
import type { StatementName } from '../../steps/change.ts'
import { claimDelivery, claimJob, leaseDeliveryRow, leaseJobRow } from '../../steps/claims.ts'
import type { Step } from '../../steps/step.ts'
import type { DeliveryRow } from '../../tables/deliveries.ts'
import type { JobRow } from '../../tables/jobs.ts'
import { type Group, jobGroups } from './job-groups.ts'
import { KEY_READ_STATEMENTS } from './key-reads.ts'

interface Candidate {
  seq: number
  due_at: number
}

const UNHELD = `status = 'pending' AND lease IS NULL`

/** The text of every statement of a claim, for the tests of their query plans. */
export const CLAIM_STATEMENTS = {
  nextDueJob: `SELECT min(due_at) AS due_at FROM jobs INDEXED BY jobs_due WHERE tenant_id = ? AND ${UNHELD}`,
  dueJobs: `
    SELECT seq, due_at FROM jobs INDEXED BY jobs_queue
    WHERE tenant_id = ? AND priority = ? AND type = ? AND due_at <= ? AND ${UNHELD} ORDER BY due_at, seq LIMIT ?`,
  /** Of a type that is held back: what has lost its patience. */
  impatientJobs: `
    SELECT seq, due_at FROM jobs INDEXED BY jobs_waiting
    WHERE tenant_id = ? AND type = ? AND waiting_since <= ? AND priority = ? AND due_at <= ? AND ${UNHELD} ORDER BY waiting_since LIMIT ?`,
  nextLaterJob: `SELECT min(due_at) AS due_at FROM jobs INDEXED BY jobs_due WHERE tenant_id = ? AND due_at > ? AND ${UNHELD}`,
  job: 'SELECT * FROM jobs WHERE seq = ?',
  payload: 'SELECT bytes FROM payloads WHERE job_seq = ?',
  running: KEY_READ_STATEMENTS.countJobs,
  sending: KEY_READ_STATEMENTS.countSending,
  nextDueDelivery: `SELECT min(due_at) AS due_at FROM deliveries INDEXED BY deliveries_due WHERE destination = ? AND ${UNHELD}`,
  dueDeliveries: `
    SELECT seq, due_at FROM deliveries INDEXED BY deliveries_due
    WHERE destination = ? AND due_at <= ? AND ${UNHELD} ORDER BY due_at, seq LIMIT ?`,
  pausedTypes: 'SELECT type FROM job_type_pauses WHERE paused_until > ?',
  pausedLane: 'SELECT 1 FROM destinations WHERE id = ? AND paused_until > ?',
  delivery: 'SELECT * FROM deliveries WHERE seq = ?',
  eventBody: 'SELECT body FROM events WHERE id = ?',
  jobHeaders: 'SELECT callback_headers, traceparent FROM jobs WHERE id = ?',
}

/** @param write runs a step in the transaction of the claim */
export function prepareClaims(db: Database.Database, write: (step: Step<StatementName>) => void) {
  const nextDueJob = db.prepare<[string], { due_at: number | null }>(CLAIM_STATEMENTS.nextDueJob)
  const dueJobs = db.prepare<[string, number, string, number, number], Candidate>(CLAIM_STATEMENTS.dueJobs)
  const impatientJobs = db.prepare<[string, string, number, number, number, number], Candidate>(CLAIM_STATEMENTS.impatientJobs)
  const nextLaterJob = db.prepare<[string, number], { due_at: number | null }>(CLAIM_STATEMENTS.nextLaterJob)
  const jobRow = db.prepare<[number], JobRow>(CLAIM_STATEMENTS.job)
  const payload = db.prepare<[number], { bytes: Uint8Array }>(CLAIM_STATEMENTS.payload)
  const nextDueDelivery = db.prepare<[string], { due_at: number | null }>(CLAIM_STATEMENTS.nextDueDelivery)
  const dueDeliveries = db.prepare<[string, number, number], Candidate>(CLAIM_STATEMENTS.dueDeliveries)
  const deliveryRow = db.prepare<[number], DeliveryRow>(CLAIM_STATEMENTS.delivery)
  const eventBody = db.prepare<[string], { body: Uint8Array }>(CLAIM_STATEMENTS.eventBody)
  const jobHeaders = db.prepare<[string], { callback_headers: string | null; traceparent: string | null }>(CLAIM_STATEMENTS.jobHeaders)
  const running = db.prepare<[string, string, number], { n: number }>(CLAIM_STATEMENTS.running)
  const sending = db.prepare<[string], { n: number }>(CLAIM_STATEMENTS.sending)
  const pausedTypes = db.prepare<[number], { type: string }>(CLAIM_STATEMENTS.pausedTypes)
  const pausedLane = db.prepare<[string, number], unknown>(CLAIM_STATEMENTS.pausedLane)
  const groupsOf = jobGroups(db)

  /** What a limit over all processes leaves of the number asked for. */
  function roomForJobs({ lane, limit, mostRunning }: ClaimJobs): number {
    if (mostRunning === undefined) return limit
    return Math.min(limit, mostRunning - (running.get(lane, 'running', mostRunning)?.n ?? 0))
  }

  function roomForDeliveries({ lane, limit, mostSending }: ClaimDeliveries): number {
    return mostSending === undefined ? limit : Math.min(limit, mostSending - (sending.get(lane)?.n ?? 0))
  }

  function dueOf({ lane, now, heldBack = [] }: ClaimJobs, { priority, type }: Group, limit: number): Candidate[] {
    const held = heldBack.find((one) => one.type === type)
    if (held === undefined) return dueJobs.all(lane, priority, type, now, limit)
    const untried = dueJobs.all(lane, priority, type, held.dueBefore, limit)
    const tried = impatientJobs.all(lane, type, held.waitingBefore, priority, now, limit)
    return [...new Map([...untried, ...tried].map((one) => [one.seq, one])).values()]
  }

  /** The custom headers of a job's own callback, encrypted, and the trace of the job. */
  function fromJob({ endpoint_id, job_id }: DeliveryRow): { sealedHeaders: string | null; traceparent: string | null } {
    const job = job_id === null ? undefined : jobHeaders.get(job_id)
    return { sealedHeaders: endpoint_id === null ? (job?.callback_headers ?? null) : null, traceparent: job?.traceparent ?? null }
  }

  function isPaused({ lane, now }: Pick<ClaimDeliveries, 'lane' | 'now'>): boolean {
    return pausedLane.get(lane, now) !== undefined
  }

  function later({ lane, now }: Pick<ClaimJobs, 'lane' | 'now'>): number | null {
    return nextLaterJob.get(lane, now)?.due_at ?? null
  }

  /** Highest priority first; within one priority, over all its types, longest due first. */
  function chooseJobs(claim: ClaimJobs, limit: number): number[] {
    const except = [...claim.exceptTypes, ...pausedTypes.all(claim.now).map(({ type }) => type)]
    const chosen: number[] = []
    let level: Candidate[] = []
    let priority: number | null = null
    const closeLevel = () => {
      level.sort((a, b) => a.due_at - b.due_at || a.seq - b.seq)
      chosen.push(...level.slice(0, limit - chosen.length).map(({ seq }) => seq))
      level = []
    }
    for (const group of groupsOf(claim.lane)) {
      if (group.priority !== priority) closeLevel()
      priority = group.priority
      if (chosen.length >= limit || priority <= (claim.abovePriority ?? Number.NEGATIVE_INFINITY)) break
      if (except.includes(group.type)) continue
      level.push(...dueOf(claim, group, limit - chosen.length))
    }
    closeLevel()
    return chosen
  }

  return {
    claimJobs(claim: ClaimJobs): ClaimedJobs {
      const dueAt = nextDueJob.get(claim.lane)?.due_at ?? null
      if (dueAt === null || dueAt > claim.now) return { jobs: [], nextDueAt: dueAt, nextLaterAt: dueAt }
      const limit = roomForJobs(claim)
      if (limit < 1) return { jobs: [], nextDueAt: dueAt, nextLaterAt: later(claim) }
      const jobs = chooseJobs(claim, limit).flatMap((seq) => {
        const row = jobRow.get(seq)
        if (row === undefined) return []
        const { steps, ...claimed } = claimJob(row, claim)
        for (const step of steps) write(step)
        return [{ ...claimed, payload: payload.get(seq)?.bytes ?? null }]
      })
      return { jobs, nextDueAt: nextDueJob.get(claim.lane)?.due_at ?? null, nextLaterAt: later(claim) }
    },

    leaseJobs({ lane, limit, now, worker, untilTypes, maxPayload }: LeaseJobs): LeasedJobs {
      const jobs: LeasedJobs['jobs'] = []
      // One more than may be taken: it tells what is left.
      const due = chooseJobs({ lane, limit, now, worker, exceptTypes: [] }, limit + 1)
      let nextPriority: number | null = null
      for (const seq of due) {
        const row = jobRow.get(seq)
        if (row === undefined) continue
        const bytes = payload.get(seq)?.bytes
        const isHoldable = bytes instanceof Uint8Array && bytes.byteLength <= maxPayload && !untilTypes.includes(row.type)
        const leased = jobs.length < limit && isHoldable ? leaseJobRow(row, worker) : null
        if (leased === null) {
          nextPriority = row.priority
          break
        }
        for (const step of leased.steps) write(step)
        jobs.push({ job: leased.job, sealedHeaders: row.callback_headers, payload: bytes as Uint8Array })
      }
      return { jobs, nextDueAt: nextDueJob.get(lane)?.due_at ?? null, nextLaterAt: later({ lane, now }), nextPriority }
    },

    claimDeliveries(claim: ClaimDeliveries): ClaimedDeliveries {
      const limit = isPaused(claim) ? 0 : roomForDeliveries(claim)
      const due = limit < 1 ? [] : dueDeliveries.all(claim.lane, claim.now, limit)
      const deliveries = due.flatMap(({ seq }) => {
        const row = deliveryRow.get(seq)
        if (row === undefined) return []
        const { delivery, steps } = claimDelivery(row, claim)
        for (const step of steps) write(step)
        return [{ delivery, body: eventBody.get(row.event_id)?.body ?? null, ...fromJob(row) }]
      })
      return { deliveries, nextDueAt: nextDueDelivery.get(claim.lane)?.due_at ?? null }
    },

    leaseDeliveries({ lane, limit, now, worker, maxBody }: LeaseDeliveries): ClaimedDeliveries<PendingDelivery> {
      const deliveries: ClaimedDeliveries<PendingDelivery>['deliveries'] = []
      for (const { seq } of dueDeliveries.all(lane, now, isPaused({ lane, now }) ? 0 : limit)) {
        const row = deliveryRow.get(seq)
        if (row === undefined) continue
        const body = eventBody.get(row.event_id)?.body
        const isHoldable = body instanceof Uint8Array && body.byteLength <= maxBody
        const leased = isHoldable ? leaseDeliveryRow(row, worker) : null
        if (leased === null) break
        for (const step of leased.steps) write(step)
        deliveries.push({ delivery: leased.delivery, body: body ?? null, ...fromJob(row) })
      }
      return { deliveries, nextDueAt: nextDueDelivery.get(lane)?.due_at ?? null }
    },
  }
}
