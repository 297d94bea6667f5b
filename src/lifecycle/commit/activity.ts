/**
 * What this process has committed, in numbers over time: by minute for an hour, by quarter of an hour for a day, of each tenant and of all.
 * In memory: it begins anew with the process, and knows nothing of other processes.
 */
import { isFinished } from '../../domain/job.ts'
import type { Change, Write } from '../../ports/change.ts'
import type { Clock } from '../../ports/runtime.ts'

/** How far back the numbers go. */
export type Span = 'hour' | 'day'

const MINUTE_MS = 60_000
const SPANS: Readonly<Record<Span, { stepMs: number; steps: number }>> = {
  hour: { stepMs: MINUTE_MS, steps: 60 },
  day: { stepMs: 15 * MINUTE_MS, steps: 96 },
}
/** Tenants with numbers of their own; beyond, the one that was first is forgotten. */
const MOST_TENANTS = 500
/** Delays are counted by the first of these that they do not exceed, milliseconds; longer ones by the last. */
const DELAYS = [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000, 43_200_000, 300_000_000]

/** The numbers of one step. */
export interface ActivityStep {
  /** Its beginning, milliseconds since the epoch. */
  at: number
  submitted: number
  completed: number
  /** Failed or canceled. */
  failed: number
  delivered: number
  /** Tries that were not taken. */
  refused: number
  /** From the creation of a delivery to its arrival: half, and 99 of 100, took at most so many milliseconds. Null: none arrived. */
  delayP50: number | null
  delayP99: number | null
}

type Counted = Omit<ActivityStep, 'at' | 'delayP50' | 'delayP99'>
type Bucket = Counted & { step: number; delays: number[] }

/** The numbers of this process. */
export interface Activity {
  record(change: Change): void
  /** Oldest first, steps without anything included. `tenantId` null = all tenants together. */
  series(tenantId: string | null, span: Span): ActivityStep[]
}

/** Nothing has been committed yet. */
export function createActivity(clock: Pick<Clock, 'now'>): Activity {
  const tenants = new Map<string, Record<Span, (Bucket | undefined)[]>>()
  const ALL = '*'

  function ringsOf(tenantId: string): Record<Span, (Bucket | undefined)[]> {
    const known = tenants.get(tenantId)
    if (known !== undefined) return known
    for (const oldest of tenants.keys()) {
      if (tenants.size < MOST_TENANTS) break
      if (oldest !== ALL) tenants.delete(oldest)
    }
    const rings = { hour: [], day: [] }
    tenants.set(tenantId, rings)
    return rings
  }

  function count(tenantId: string, now: number, member: keyof Counted, delayMs: number | null): void {
    for (const owner of [ALL, tenantId]) {
      const rings = ringsOf(owner)
      for (const span of ['hour', 'day'] as const) {
        const bucket = bucketAt(rings[span], span, now)
        bucket[member] += 1
        if (delayMs === null) continue
        const place = placeOf(delayMs)
        bucket.delays[place] = (bucket.delays[place] ?? 0) + 1
      }
    }
  }

  function recordWrite(write: Write, now: number): void {
    if (write.write === 'insertJob') {
      count(write.job.tenantId, now, 'submitted', null)
    } else if (write.write === 'updateJob' && isFinished(write.job)) {
      count(write.job.tenantId, now, write.job.status === 'completed' ? 'completed' : 'failed', null)
    } else if (write.write === 'updateDelivery' && write.delivery.status === 'delivered') {
      const { tenantId, finishedAt, createdAt } = write.delivery
      count(tenantId, now, 'delivered', Math.max(0, finishedAt - createdAt))
    }
  }

  return {
    record(change) {
      const now = clock.now()
      for (const write of change) recordWrite(write, now)
      // An attempt does not say whose it is; its delivery, written beside it, does.
      for (const write of change) {
        if (write.write !== 'updateDelivery' || write.delivery.status === 'delivered') continue
        if (change.some((other) => other.write === 'insertAttempt')) count(write.delivery.tenantId, now, 'refused', null)
      }
    },
    series(tenantId, span) {
      const { stepMs, steps } = SPANS[span]
      const ring = tenants.get(tenantId ?? ALL)?.[span] ?? []
      const last = Math.floor(clock.now() / stepMs)
      return Array.from({ length: steps }, (_, place) => {
        const step = last - steps + 1 + place
        const bucket = ring[step % steps]
        return stepOf(step * stepMs, bucket?.step === step ? bucket : emptyBucket(step))
      })
    },
  }
}

function bucketAt(ring: (Bucket | undefined)[], span: Span, now: number): Bucket {
  const { stepMs, steps } = SPANS[span]
  const step = Math.floor(now / stepMs)
  const known = ring[step % steps]
  if (known?.step === step) return known
  const bucket = emptyBucket(step)
  ring[step % steps] = bucket
  return bucket
}

function emptyBucket(step: number): Bucket {
  return { step, submitted: 0, completed: 0, failed: 0, delivered: 0, refused: 0, delays: [] }
}

function placeOf(delayMs: number): number {
  const place = DELAYS.findIndex((bound) => delayMs <= bound)
  return place < 0 ? DELAYS.length - 1 : place
}

function stepOf(at: number, { step: _step, delays, ...counted }: Bucket): ActivityStep {
  return { at, ...counted, delayP50: quantile(delays, counted.delivered, 0.5), delayP99: quantile(delays, counted.delivered, 0.99) }
}

function quantile(delays: readonly number[], total: number, share: number): number | null {
  if (total === 0) return null
  let seen = 0
  for (const [place, bound] of DELAYS.entries()) {
    seen += delays[place] ?? 0
    if (seen >= total * share) return bound
  }
  return DELAYS.at(-1) ?? null
}
