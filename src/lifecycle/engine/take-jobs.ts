import type { JobWork } from '../../ports/lanes.ts'
import type { Turn } from '../../ports/queue.ts'
import type { BufferedJob } from '../commit/buffered.ts'
import { claimJobs, leaseJobsAhead } from '../commit/claim.ts'
import { runJob } from '../jobs/run-job.ts'
import type { Context } from '../process/context.ts'
import { createTypeSlots } from './type-slots.ts'

/** While an outcome waits for the store, lanes look again this often, milliseconds. */
export const PAUSE_MS = 500

/**
 * One turn of a tenant's lane: takes due jobs for at most `room` slots, highest priority first, and runs them. A lane
 * that could not be served because a type, an upstream or the tenant has no free slot is woken when a slot is free again; when the
 * slots may be other processes', it looks again soon, and when an upstream is away, at the time of its next probe.
 */
export function createTakeJobs(context: Context): (lane: string, room: number) => Promise<Turn> {
  const { localQueues, runs, store, clock, queue, log } = context
  const held = localQueues.job
  const slots = createTypeSlots(context)
  const waitingForSlot = new Set<string>()
  /** Lanes turned away from slots that another lane's claim might fill and did not, perhaps. */
  const waitingForClaim = new Set<string>()
  const mayRun = (work: BufferedJob) => slots.admits(work.job)

  function start(work: JobWork | BufferedJob): Promise<void> {
    return runJob(context, work).finally(() => wakeAll(waitingForSlot))
  }

  function wakeAll(lanes: Set<string>): void {
    for (const lane of lanes) queue.wake('job', lane)
    lanes.clear()
  }

  /** How many jobs of the tenant may run at a time. Beside other processes only the store knows how many do. */
  async function limitOfTenant(lane: string): Promise<{ limit: number; running: number } | null> {
    const limit = (await store.tenants.find(lane))?.limits.running_jobs
    if (limit === undefined) return null
    return { limit, running: held.enabled ? runs.runningOfTenant(lane) : await store.tenants.countJobs(lane, 'running', limit) }
  }

  function isStoredDue(lane: string): boolean {
    return !held.enabled || held.stored.isDue(lane, clock.now())
  }

  context.upstreams.whenRoom(() => wakeAll(waitingForSlot))
  context.pubSub.subscribe(({ kind }) => {
    if (kind === 'job_type') wakeAll(waitingForSlot)
  })

  function nextTurn(at: number | null): Turn['next'] {
    return at === null || at > clock.now() ? at : 'again'
  }

  return async (lane, room) => {
    if (context.intakePause.isPaused()) return { next: clock.now() + PAUSE_MS, taken: [] }
    const [tenant] = await Promise.all([limitOfTenant(lane), context.upstreams.look(), context.typePauses.look()])
    const taken: Promise<void>[] = []
    let nextDueAt: number | null = null
    let nextLaterAt: number | null = null
    /** The types the last claim had to leave out, when it gave less than asked: something of theirs may be due all the same. */
    let turnedAway: readonly string[] = []

    /** Takes from the store until it gives less than asked. */
    async function claim(limit: number, abovePriority?: number): Promise<void> {
      const types = slots.limited()
      const { full, heldBack } = types
      // Never more than the narrowest type could run: whatever mix comes back, each has its slot.
      const ask = Math.min(limit, slots.narrowest(types))
      const giveBack = slots.keep(types, ask)
      let count = 0
      try {
        const answer = await claimJobs(context, {
          lane,
          limit: ask,
          now: clock.now(),
          worker: context.identity.current(),
          exceptTypes: full,
          ...(heldBack.length === 0 ? {} : { heldBack }),
          ...(abovePriority === undefined ? {} : { abovePriority }),
          ...(held.enabled || tenant === null ? {} : { mostRunning: tenant.limit }),
        })
        nextDueAt = answer.nextDueAt
        nextLaterAt = answer.nextLaterAt
        count = answer.taken.length
        turnedAway = count < ask ? [...full, ...heldBack.map(({ type }) => type)] : []
        for (const work of answer.taken) taken.push(start(work))
      } finally {
        giveBack()
        wakeAll(waitingForClaim)
      }
      if (count === ask && ask < limit) await claim(limit - ask, abovePriority)
    }

    const allowed = Math.min(room, tenant === null ? room : tenant.limit - tenant.running)
    if (allowed <= 0) {
      waitingForSlot.add(lane)
      return { next: held.enabled ? null : clock.now() + PAUSE_MS, taken }
    }
    try {
      const first = held.peek(lane, mayRun)
      if (first && held.stored.mayOvertake(lane, first.job.priority, clock.now())) await claim(allowed, first.job.priority)
      while (taken.length < allowed) {
        const work = held.take(lane, mayRun)
        if (!work) break
        taken.push(start(work))
      }
      if (taken.length < allowed && isStoredDue(lane) && held.ahead.arrival(lane) === null) await claim(allowed - taken.length)
      // Not after a turn without use of its slots: the jobs that are due now are none that can be held.
      if (taken.length > 0) leaseJobsAhead(context, { lane, worker: context.identity.current(), untilTypes: slots.narrow() })
    } catch (error) {
      // What has begun occupies its slots.
      if (taken.length === 0) throw error
      log.warn({ lane }, 'a turn was cut short', error)
      return { next: clock.now() + PAUSE_MS, taken }
    }

    if (held.peek(lane, mayRun) || turnedAway.some((type) => slots.free(type) > 0)) return { next: 'again', taken }
    // What arrives wakes the lane.
    if (held.enabled) nextDueAt = held.ahead.arrival(lane) === null ? held.stored.dueAt(lane) : null
    const short = turnedAway.length > 0
    const untaken = held.peek(lane, () => true)
    if (!short && !untaken) return { next: nextTurn(nextDueAt), taken }

    waitingForSlot.add(lane)
    if (slots.limited().full.some(slots.isKept)) waitingForClaim.add(lane)
    // What is due of a type that was turned away waits for its slot, or for its upstream's probe.
    const dueAt = short && nextDueAt !== null && nextDueAt <= clock.now() ? nextLaterAt : nextDueAt
    const probeAt = slots.probeAt(untaken ? [untaken.job.type, ...turnedAway] : turnedAway)
    return { next: nextTurn(earlier(dueAt, probeAt)), taken }
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
