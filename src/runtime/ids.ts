import { uuidv7 } from 'uuidv7'
import type { Ids } from '../ports/runtime.ts'

/** UUIDv7 without its hyphens: sortable, monotonic within a millisecond, never a `.`. */
export const systemIds: Ids = {
  next: (kind) => `${kind}_${uuidv7().replaceAll('-', '')}`,
}
