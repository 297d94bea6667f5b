import { type Destination, pauseDestination as paused } from '../../domain/destination.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import type { Context } from '../process/context.ts'

/**
 * Pauses a destination, also one that nobody has sent to yet: tries in flight end as they would, no new one begins. It resumes by itself
 * after 30 days; one that is paused already is so for 30 days from now on.
 *
 * @param id the lane: see `destinationOf`
 */
export function pauseDestination(context: CommitContext & Pick<Context, 'destinations'>, id: string): Promise<Destination> {
  return retrying(`destination ${id}`, async () => {
    const destination = paused(await context.destinations.get(id), context.clock.now())
    if (!(await commit(context, [{ write: 'putDestination', destination }]))) return 'lost'
    const { tenantId, origin } = destination
    context.log.info({ tenant: tenantId, destination: origin }, 'a destination is paused')
    return destination
  })
}
