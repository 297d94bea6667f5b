/** Something that may begin from `due` on, and begins at `begun` (null: it never did). Milliseconds since the epoch. */
export interface Waiting {
  due: number
  begun: number | null
}

/** The longest time after `from` in which something was due and nothing began. Infinite when something never did. Pure. */
export function longestWait(work: readonly Waiting[], from: number): number {
  const begun = work.flatMap(({ due, begun }) => (begun === null ? [] : [{ due, begun }]))
  if (begun.length < work.length) return Number.POSITIVE_INFINITY
  const latestFirst = begun.filter((each) => each.begun >= from).sort((a, b) => b.begun - a.begun)
  let longest = 0
  let earliestDue = Number.POSITIVE_INFINITY
  for (const [index, each] of latestFirst.entries()) {
    earliestDue = Math.min(earliestDue, each.due)
    const before = latestFirst[index + 1]?.begun ?? from
    longest = Math.max(longest, each.begun - Math.max(before, earliestDue))
  }
  return longest
}
