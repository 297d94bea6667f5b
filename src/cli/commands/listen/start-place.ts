/** Where a run of `listen` begins. */
import { RingbackError } from '../../../client/transport/errors.ts'
import type { Invocation } from '../../call/command.ts'
import type { CursorFile } from '../../profile/cursor.ts'
import { LocalError } from '../../world/ends.ts'
import { placeOf } from '../events/feed.ts'

/** `resumed`: an earlier run was there. */
export interface StartPlace {
  after: string | null
  resumed: boolean
}

/** What `--after` calls the beginning of all that is kept. */
const OLDEST = 'oldest'

/**
 * `--after`, else the stored place, else that of another key of the same tenant, else now. It is stored before anything is sent, so that a
 * run that ends at once loses nothing either.
 */
export async function startPlace(call: Invocation, cursor: CursorFile): Promise<StartPlace> {
  const given = call.given.text('after')
  if (given !== undefined) return { after: await begin(call, cursor, given === OLDEST ? null : given), resumed: false }
  const stored = cursor.read()
  if (stored !== null) return { after: await checkStored(call, stored), resumed: true }
  for (const other of cursor.others()) {
    if (await isOurs(call, other)) return { after: await begin(call, cursor, other), resumed: true }
  }
  return { after: await begin(call, cursor, 'latest'), resumed: false }
}

async function begin(call: Invocation, cursor: CursorFile, after: string | null): Promise<string | null> {
  const place = await placeOf(call, { after, types: undefined })
  if (place !== null) cursor.write(place)
  return place
}

/** A place that the service does not know is never passed over silently. */
async function checkStored(call: Invocation, stored: string): Promise<string> {
  try {
    await placeOf(call, { after: stored, types: undefined })
    return stored
  } catch (error) {
    if (!(error instanceof RingbackError) || error.status !== 404) throw error
    const why = `this service does not know ${stored}, where the last run ended: has it a new data folder?`
    throw new LocalError(`${why} Begin with --after oldest or --after latest`)
  }
}

async function isOurs(call: Invocation, cursor: string): Promise<boolean> {
  try {
    await placeOf(call, { after: cursor, types: undefined })
    return true
  } catch (error) {
    if (error instanceof RingbackError && (error.status === 404 || error.status === 410)) return false
    throw error
  }
}
