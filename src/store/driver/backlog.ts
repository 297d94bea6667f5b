import type { Backlog } from '../../ports/lanes.ts'

/** What any worker may claim: records looked at, and those of them that are due. */
export interface Unheld {
  looked: number
  due: number
}

/** What processes hold in memory until there is a slot: it is always due. `oldest`: since when. */
export interface Held {
  due: number
  oldest: number | null
}

/** The backlog of a kind whose lanes are due as given. A count that gave no row counts as nothing. */
export function backlogOf(lanes: readonly { dueAt: number }[], now: number, unheld: Unheld | undefined, held: Held | undefined): Backlog {
  const { looked, due } = unheld ?? { looked: 0, due: 0 }
  const { due: dueHeld, oldest: oldestHeld } = held ?? { due: 0, oldest: null }
  const dueAts = [...lanes.map((lane) => lane.dueAt), ...(oldestHeld === null ? [] : [oldestHeld])]
  const oldest = dueAts.reduce((earliest, dueAt) => Math.min(earliest, dueAt), Number.POSITIVE_INFINITY)
  return {
    lanes: lanes.filter((lane) => lane.dueAt <= now).length,
    due: due + dueHeld,
    later: looked - due,
    oldestDueAt: oldest <= now ? oldest : null,
  }
}
