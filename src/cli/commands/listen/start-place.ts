/** Where a run of `listen` begins. */
import { RingbackError } from '../../../client/transport/errors.ts'
import type { Invocation } from '../../call/command.ts'
import type { CursorFile } from '../../profile/cursor.ts'
import { LocalError } from '../../world/ends.ts'
import { placeOf } from '../events/feed.ts'

/** Where the feed is followed from, and how that is told. */
export interface StartPlace {
  after: string | null
  words: string
}

/** What `--after` calls the beginning of all that is kept. It is stored under this name until the first event was taken. */
const OLDEST = 'oldest'

/**
 * `--after`, else the stored place, else that of another key of the same tenant, else now. It is stored before anything is sent, so that a
 * run that ends at once loses nothing either.
 */
export async function startPlace(call: Invocation, cursor: CursorFile): Promise<StartPlace> {
  const given = call.given.text('after')
  if (given !== undefined) return { after: await begin(call, cursor, given), words: `from ${given} on` }
  const stored = cursor.read()
  if (stored !== null) return resumed(await checkStored(call, stored))
  for (const other of cursor.others()) {
    if (other !== OLDEST && (await isOurs(call, other))) return resumed(await begin(call, cursor, other))
  }
  return { after: await begin(call, cursor, 'latest'), words: 'from now on' }
}

function resumed(after: string | null): StartPlace {
  return { after, words: `from where the last run ended (${after ?? OLDEST})` }
}

async function begin(call: Invocation, cursor: CursorFile, after: string): Promise<string | null> {
  const place = await placeOf(call, { after: after === OLDEST ? null : after, types: undefined })
  cursor.write(place ?? OLDEST)
  return place
}

/** A place that the service does not know is never passed over silently. */
async function checkStored(call: Invocation, stored: string): Promise<string | null> {
  if (stored === OLDEST) return placeOf(call, { after: null, types: undefined })
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
