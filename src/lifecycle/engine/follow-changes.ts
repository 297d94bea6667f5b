import type { Context } from '../process/context.ts'

/** Another process has changed this job, or added to this feed: whoever waits for it here looks again, and a run of the job here may be to stop. Never throws. */
export function hearChange(context: Context, jobId: string): void {
  context.waiters.hear(jobId)
  hearWish(context, jobId).catch((error) => context.log.warn({ job: jobId, error: String(error) }, 'a notice could not be followed'))
}

/** Stops the run of this job when its record says that it is to be canceled. */
export async function hearWish({ store, runs }: Context, jobId: string): Promise<void> {
  const run = runs.get(jobId)
  if (run === undefined) return
  const job = await store.jobs.find(jobId)
  if (job?.status === 'running' && job.cancelRequested) run.stop('cancel')
}
