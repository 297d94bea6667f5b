import type { JobWork, Turn } from '../ports.ts'
import type { HeldJob } from './handover.ts'
import { runJob } from './run-job.ts'
import type { World } from './world.ts'

/** While an outcome waits for the store, lanes look again this often, milliseconds. */
export const PAUSE_MS = 500

/**
 * One turn of a tenant's lane: takes due jobs for at most `room` slots, highest priority first, and runs them. A lane
 * that could not be served because a type or the tenant has no free slot is woken when a slot is free again.
 */
export function createTakeJobs(world: World): (lane: string, room: number) => Promise<Turn> {
  const { handover, runs, store, clock, queue } = world
  const held = handover.jobs
  const limitedTypes = [...world.workshop.types.values()].filter((type) => type.concurrency !== null)
  const waitingForSlot = new Set<string>()

  function freeOf(type: string): number {
    return (world.workshop.types.get(type)?.concurrency ?? Number.POSITIVE_INFINITY) - runs.runningOfType(type)
  }
  const mayRun = (work: HeldJob) => freeOf(work.job.type) > 0

  function start(work: JobWork | HeldJob): Promise<void> {
    return runJob(world, work).finally(() => {
      for (const lane of waitingForSlot) queue.wake('job', lane)
      waitingForSlot.clear()
    })
  }

  async function roomOfTenant(lane: string): Promise<number> {
    const limit = (await store.tenant(lane))?.limits.running_jobs
    return limit === undefined ? Number.POSITIVE_INFINITY : limit - runs.runningOfTenant(lane)
  }

  function isStoredDue(lane: string): boolean {
    const dueAt = held.storedDueAt(lane)
    return !held.enabled || (dueAt !== null && dueAt <= clock.now())
  }

  return async (lane, room) => {
    if (world.unrecorded.count > 0) return { next: clock.now() + PAUSE_MS, taken: [] }
    const taken: Promise<void>[] = []
    let nextDueAt: number | null = null
    let short = false

    /** Takes from the store; `short` when it gave less than asked although something may be due. */
    async function claim(limit: number, abovePriority?: number): Promise<void> {
      const free = limitedTypes.map((type) => freeOf(type.type)).filter((slots) => slots > 0)
      const exceptTypes = limitedTypes.filter((type) => freeOf(type.type) <= 0).map((type) => type.type)
      // Never more than the narrowest type could run: whatever mix comes back, each has its slot.
      const ask = Math.min(limit, ...free)
      const generation = held.generation(lane)
      const answer = await store.claimJobs({
        lane,
        limit: ask,
        now: clock.now(),
        worker: world.worker,
        exceptTypes,
        ...(abovePriority === undefined ? {} : { abovePriority }),
      })
      held.claimed(lane, generation, answer.nextDueAt)
      nextDueAt = answer.nextDueAt
      short = answer.taken.length < ask && exceptTypes.length > 0
      for (const work of answer.taken) taken.push(start(work))
    }

    const allowed = Math.min(room, await roomOfTenant(lane))
    if (allowed <= 0) {
      waitingForSlot.add(lane)
      return { next: null, taken }
    }
    const first = held.peek(lane, mayRun)
    if (first && isStoredDue(lane)) await claim(allowed, first.job.priority)
    while (taken.length < allowed) {
      const work = held.take(lane, mayRun)
      if (!work) break
      taken.push(start(work))
    }
    if (taken.length < allowed && isStoredDue(lane)) await claim(allowed - taken.length)

    if (held.peek(lane, mayRun)) return { next: 'again', taken }
    if (held.enabled) nextDueAt = held.storedDueAt(lane)
    if (short || held.peek(lane, () => true)) waitingForSlot.add(lane)
    if (nextDueAt === null) return { next: null, taken }
    if (nextDueAt > clock.now()) return { next: nextDueAt, taken }
    return { next: short ? null : 'again', taken }
  }
}
