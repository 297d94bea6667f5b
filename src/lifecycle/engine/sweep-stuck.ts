import { jobDocument, NO_ESTIMATE } from '../../wire/documents/job.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import { overdueSince } from '../jobs/estimate.ts'
import { stageAlert } from '../outbox/stage-alert.ts'
import type { Context } from '../process/context.ts'

/** Jobs told of in one round. */
const BATCH = 100

/** Tells of each running job, once, that it has turned overdue: the alert `job.stuck`. */
export async function sweepStuck(context: CommitContext & Context): Promise<void> {
  for (const jobId of await context.store.workers.stuckJobs(overdueSince(context), BATCH)) await tell(context, jobId)
}

async function tell(context: Context, jobId: string): Promise<void> {
  const view = await context.store.jobs.view(jobId)
  if (view === null) return
  const { id, type, tenantId } = view.job
  const now = context.clock.now()
  const dataJson = jobDocument(view, { ...NO_ESTIMATE, overdue: true }, context.settings)
  const alert = await stageAlert(context, { type: 'job.stuck', tenantId, job: { id, type }, dataJson, now })
  if (!(await commit(context, [{ write: 'markStuck', jobId, at: now }, ...alert]))) return
  context.log.warn({ job: id, tenant: tenantId, type }, 'a job is overdue')
}
