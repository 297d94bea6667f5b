import type { Context } from '../process/context.ts'

/** Stops the run of this job in this process, if there is one, when the stored record says that the job is to be canceled. */
export async function stopIfCanceled({ store, runs }: Pick<Context, 'store' | 'runs'>, jobId: string): Promise<void> {
  const run = runs.get(jobId)
  if (run === undefined) return
  const job = await store.jobs.find(jobId)
  if (job?.status === 'running' && job.cancelRequested) run.stop('cancel')
}

/** From now on a cancel that another process has written stops the run here as soon as its message comes. */
export function stopRunsCanceledElsewhere(context: Context): void {
  context.bus?.subscribe(({ kind, id }) => {
    if (kind !== 'job') return
    stopIfCanceled(context, id).catch((error) => context.log.warn({ job: id }, 'a canceled job could not be read', error))
  })
}
