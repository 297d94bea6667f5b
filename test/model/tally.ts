/** How often each kind of fault was put in, and how often it met work under way: a model in which nothing happens proves nothing. */

export interface Tally {
  count(what: string, by?: number): void
  get(what: string): number
  /** In the order they came up first. */
  entries(): [string, number][]
}

export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    count(what, by = 1) {
      if (by > 0) counts.set(what, (counts.get(what) ?? 0) + by)
    },
    get: (what) => counts.get(what) ?? 0,
    entries: () => [...counts],
  }
}
