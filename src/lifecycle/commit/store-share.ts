/**
 * What this process knows of the records of each lane that wait in the store, under nobody's lease. It is little: when the earliest is due,
 * and whether one may be of a higher priority than a record in hand. The sweep at the start tells it for every lane, and from then on every
 * record that this process leaves to the store, and every answer of a claim.
 */

/** The share of the store in the lanes of one kind. */
export interface StoreShare {
  /** A record of this lane, due at `dueAt`, is in the store for any worker to claim. A priority that is not known may be the highest. */
  add(lane: string, dueAt: number, priority?: number): void
  /** When the lane's earliest is due; null = there is none. */
  dueAt(lane: string): number | null
  /** Whether one is due now. */
  isDue(lane: string, now: number): boolean
  /** Whether one that is due now may have a higher priority than this. */
  mayOvertake(lane: string, priority: number, now: number): boolean
  /** Call right before a claim of the lane. The answer takes what the claim says of what it left. */
  claiming(lane: string): (left: LeftByClaim) => void
}

/** What a claim says of the records that it left. */
export interface LeftByClaim {
  /** When the next is due; null = there is none. */
  nextDueAt: number | null
  /** Where it tells of priorities: none that is due is above `priority`, and before `nextLaterAt` none becomes due. */
  above?: { priority: number; nextLaterAt: number | null }
}

interface LaneShare {
  dueAt: number | null
  /** No due record has a higher priority, but for those that `overtakeAt` stands for. */
  priority: number
  /** From when on a due record may have a higher priority; null = none may. */
  overtakeAt: number | null
  /** Counts what was added, so that an older claim's answer does not hide it. */
  generation: number
}

/** A store that has nothing. Beside other processes it is not kept (`enabled` is false): they take and leave records too. */
export function createStoreShare(enabled: boolean): StoreShare {
  const lanes = new Map<string, LaneShare>()

  function shareOf(lane: string): LaneShare {
    const share = lanes.get(lane) ?? { dueAt: null, priority: Number.NEGATIVE_INFINITY, overtakeAt: null, generation: 0 }
    lanes.set(lane, share)
    return share
  }

  function isDue(lane: string, now: number): boolean {
    const dueAt = lanes.get(lane)?.dueAt ?? null
    return dueAt !== null && dueAt <= now
  }

  return {
    add(lane, dueAt, priority = Number.POSITIVE_INFINITY) {
      if (!enabled) return
      const share = shareOf(lane)
      share.generation += 1
      share.dueAt = earlier(share.dueAt, dueAt)
      if (priority > share.priority) share.overtakeAt = earlier(share.overtakeAt, dueAt)
    },
    dueAt: (lane) => lanes.get(lane)?.dueAt ?? null,
    isDue,
    mayOvertake(lane, priority, now) {
      const share = lanes.get(lane)
      if (!share || !isDue(lane, now)) return false
      return share.priority > priority || (share.overtakeAt !== null && share.overtakeAt <= now)
    },
    claiming(lane) {
      if (!enabled) return () => {}
      const { generation } = shareOf(lane)
      return ({ nextDueAt, above }) => {
        const share = shareOf(lane)
        const isCurrent = generation === share.generation || share.dueAt === null
        share.dueAt = isCurrent ? nextDueAt : earlier(share.dueAt, nextDueAt)
        if (above) {
          share.priority = isCurrent ? above.priority : Math.max(share.priority, above.priority)
          share.overtakeAt = isCurrent ? above.nextLaterAt : earlier(share.overtakeAt, above.nextLaterAt)
        }
        // A lane nobody waits in costs no memory.
        if (share.dueAt === null) lanes.delete(lane)
      }
    },
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
