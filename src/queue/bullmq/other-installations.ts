import type { Redis } from 'ioredis'

/** What every key of every installation begins with; its id follows. */
const FAMILY = 'ringback'
/** Keys looked at in one step, and steps at most: a Redis with more keys is not searched to its end. */
const STEP = 1_000
const MOST_STEPS = 100

/** Before every key of the installation with this id: two installations on one Redis share nothing. */
export function prefixOf(installation: string): string {
  return `${FAMILY}:${installation}`
}

/** The prefixes under which others keep their queues there; those of versions that told no installations apart are `ringback`. */
export async function otherPrefixes(redis: Pick<Redis, 'scan'>, ownPrefix: string): Promise<string[]> {
  const found = new Set<string>()
  let cursor = '0'
  for (let step = 0; step < MOST_STEPS; step++) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${FAMILY}:*:meta`, 'COUNT', STEP)
    // A queue's own key: `<prefix>:<kind>:meta`.
    for (const key of keys) found.add(key.split(':').slice(0, -2).join(':'))
    if (next === '0') break
    cursor = next
  }
  found.delete(ownPrefix)
  return [...found].sort()
}
