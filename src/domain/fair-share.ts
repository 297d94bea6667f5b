/**
 * How many of a process's slots one tenant may hold, for jobs and for deliveries alike.
 *
 * A run or a request that has begun is never cut short for another tenant, so what is to be free when somebody else comes must
 * not have been given away before: a quarter of the slots is kept from any one tenant as long as there are others.
 */

/** Of all slots, what one tenant may hold while there are others. */
const SHARE = 3 / 4
/** Of its share of the slots for deliveries, what a tenant may hold for destinations that have not proven themselves. */
const UNPROVEN = 1 / 2

/** A lane's name begins with its tenant's id: it is all of it for jobs, and stands before the origin for deliveries. */
export function tenantOfLane(lane: string): string {
  const space = lane.indexOf(' ')
  return space < 0 ? lane : lane.slice(0, space)
}

/** How many of `slots` one tenant may hold: at least one. `shared`: there are other tenants with work. */
export function shareOf(slots: number, shared: boolean): number {
  return shared ? Math.max(1, Math.floor(slots * SHARE)) : slots
}

/** Slots for deliveries that requests to unproven destinations hold. */
export interface UnprovenUse {
  slots: number
  shared: boolean
  /** Those of the tenant in question. */
  own: number
  /** Those of all tenants. */
  all: number
}

/**
 * How many more requests to unproven destinations a tenant may have in flight. The rest of its slots is for those of its
 * destinations that answer; of all slots a quarter is left for them, but for each tenant's first request.
 */
export function roomForUnproven({ slots, shared, own, all }: UnprovenUse): number {
  const ownRoom = Math.max(1, Math.floor(shareOf(slots, shared) * UNPROVEN)) - own
  const commonRoom = Math.max(own === 0 ? 1 : 0, Math.floor(slots * SHARE) - all)
  return Math.max(0, Math.min(ownRoom, commonRoom))
}

/**
 * Which of a tenant's lanes gets the next slot for an unproven destination: `waiting` has them in the order they came, each with
 * what speaks against it. Every second slot is for the one that waits longest, so that all have their turn; the others are for the
 * last to come of those with the least against them, so that a new destination does not stand behind hundreds that hang.
 */
export function nextUnproven(waiting: ReadonlyMap<string, number>, turn: number): string | undefined {
  const [longest] = waiting.keys()
  if (turn % 2 === 1) return longest
  let best = longest
  let least = Number.POSITIVE_INFINITY
  for (const [lane, doubt] of waiting) {
    if (doubt > least) continue
    best = lane
    least = doubt
  }
  return best
}
