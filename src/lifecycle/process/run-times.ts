/** How long each type of job takes at present: an average that forgets, of runs that ended well. In memory. */

/** Share of the newest run in the average. */
const WEIGHT = 0.2

/** The average run time of each job type. */
export interface RunTimes {
  /** A run of this type ended well after `ms`. */
  add(type: string, ms: number): void
  /** Milliseconds, or null before the first run of the type. */
  expected(type: string): number | null
  /** What is expected of each type, milliseconds. */
  all(): ReadonlyMap<string, number>
}

/** Run times of which nothing is known yet. */
export function createRunTimes(): RunTimes {
  const averages = new Map<string, number>()
  return {
    add(type, ms) {
      const before = averages.get(type)
      averages.set(type, before === undefined ? ms : before + WEIGHT * (ms - before))
    },
    expected: (type) => averages.get(type) ?? null,
    all: () => averages,
  }
}
