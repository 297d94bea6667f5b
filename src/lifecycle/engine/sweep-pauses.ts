import type { CommitContext } from '../commit/commit.ts'
import { resumeDestination } from '../deliveries/resume-destination.ts'
import { endPause } from '../jobs/resume-job-type.ts'
import type { Context } from '../process/context.ts'

/** Ends the pauses that have lasted as long as a pause may. */
export async function sweepPauses(context: CommitContext & Pick<Context, 'destinations'>): Promise<void> {
  const { store, clock } = context
  for (const id of await store.destinations.pausesOver(clock.now())) await resumeDestination(context, id)
  for (const { type, pausedUntil } of await store.jobTypePauses.all()) if (pausedUntil <= clock.now()) await endPause(context, type)
}
