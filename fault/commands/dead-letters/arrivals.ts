/** How often each of these webhook-ids has arrived: of how many exactly once, more often, never. */
export function tallyOf(arrivals: ReadonlyMap<string, number>, ids: Iterable<string>): { once: number; repeated: number; missing: number } {
  const tally = { once: 0, repeated: 0, missing: 0 }
  for (const id of ids) {
    const times = arrivals.get(id) ?? 0
    if (times === 0) tally.missing += 1
    else if (times === 1) tally.once += 1
    else tally.repeated += 1
  }
  return tally
}
