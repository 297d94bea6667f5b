import { endOfPause } from '../../domain/pause.ts'
import { notFound } from '../access/find-job.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { retrying } from '../commit/retrying.ts'
import type { Context } from '../process/context.ts'

/** Ends the pause of a job type. One that is not paused stays as it is. Refuses with `not_found` a type that is not loaded. */
export async function resumeJobType(context: CommitContext & Pick<Context, 'executor'>, type: string): Promise<void> {
  if (!context.executor.types.has(type)) throw notFound()
  await endPause(context, type)
}

/** The same for whatever type: the pause is over, and what waited for its upstream meanwhile has as much patience as before. */
export function endPause(context: CommitContext, type: string): Promise<void> {
  return retrying(`job type ${type}`, async () => {
    const pause = (await context.store.jobTypePauses.all()).find((one) => one.type === type)
    if (pause === undefined) return
    const until = endOfPause(pause.pausedUntil, context.clock.now())
    if (!(await commit(context, [{ write: 'endJobTypePause', pause, until }]))) return 'lost'
    context.log.info({ type, since: new Date(pause.pausedAt).toISOString() }, 'a job type is resumed')
    return
  })
}
