import { type Destination, resumeDestination as resumed } from '../../domain/destination.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import type { Context } from '../process/context.ts'

/**
 * Ends the pause of a destination: what waits there goes on, with as much time as it had at the beginning of the pause. One that is not
 * paused stays as it is.
 *
 * @param id the lane: see `destinationOf`
 */
export function resumeDestination(context: CommitContext & Pick<Context, 'destinations'>, id: string): Promise<Destination> {
  return retrying(`destination ${id}`, async () => {
    const before = await context.destinations.get(id)
    const step = resumed(before, context.clock.now())
    if (step === null) return before
    const { destination, pausedAt: since, resumedAt: until } = step
    const written = await commit(context, [
      { write: 'putDestination', destination },
      { write: 'lengthenHorizons', destination: id, since, until },
    ])
    if (!written) return 'lost'
    const { tenantId, origin } = destination
    context.log.info({ tenant: tenantId, destination: origin, since: new Date(since).toISOString() }, 'a destination is resumed')
    return destination
  })
}
