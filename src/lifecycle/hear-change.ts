import type { World } from './world.ts'

/** Another process has changed this job, or added to this feed: whoever waits for it here looks again, and a run of the job here may be to stop. Never throws. */
export function hearChange(world: World, jobId: string): void {
  world.waiters.hear(jobId)
  hearWish(world, jobId).catch((error) => world.log.warn({ job: jobId, error: String(error) }, 'a notice could not be followed'))
}

/** Stops the run of this job when its record says that it is to be canceled. */
export async function hearWish({ store, runs }: World, jobId: string): Promise<void> {
  const run = runs.get(jobId)
  if (run === undefined) return
  const job = await store.job(jobId)
  if (job?.status === 'running' && job.cancelRequested) run.stop('cancel')
}
