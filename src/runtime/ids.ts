import { uuidv7, V7Generator } from 'uuidv7'
import type { Clock, Ids } from '../ports/runtime.ts'

/** UUIDv7 without its hyphens: sortable, monotonic within a millisecond, never a `.`. */
export const systemIds: Ids = {
  next: (kind) => `${kind}_${uuidv7().replaceAll('-', '')}`,
}

/** A clock that runs on lets ids sort by creation though it was set back by so much, milliseconds: see `V7Generator`. */
const MOST_BACK_MS = 10_000

/** The same with the time of another clock: ids of hosts whose own clocks differ sort together. */
export function idsOver(clock: Pick<Clock, 'now'>): Ids {
  const generator = new V7Generator()
  return {
    next(kind) {
      const id = generator.generateOrResetCore(clock.now(), MOST_BACK_MS)
      return `${kind}_${id.toHex()}`
    },
  }
}
