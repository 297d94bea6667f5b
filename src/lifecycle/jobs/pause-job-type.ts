import { type JobTypePause, pausedFrom } from '../../domain/pause.ts'
import { notFound } from '../access/find-job.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { Context } from '../process/context.ts'

/**
 * Pauses a job type: runs under way end as they would, no new one begins. It resumes by itself after 30 days; one that is paused already
 * is so for 30 days from now on. Refuses with `not_found` a type that is not loaded.
 */
export async function pauseJobType(context: CommitContext & Pick<Context, 'executor'>, type: string): Promise<JobTypePause> {
  if (!context.executor.types.has(type)) throw notFound()
  const before = (await context.store.jobTypePauses.all()).find((one) => one.type === type)
  const pause = { type, ...pausedFrom(before?.pausedAt ?? null, context.clock.now()) }
  await commit(context, [{ write: 'putJobTypePause', pause }])
  context.log.info({ type }, 'a job type is paused')
  return pause
}
