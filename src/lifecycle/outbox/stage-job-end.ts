import { eventBody } from '../../domain/event.ts'
import { eventTypeOf, type FinishedJob } from '../../domain/job.ts'
import type { JobResult } from '../../domain/job-outcome.ts'
import { INLINE_RESULT_LIMIT } from '../../domain/job-view.ts'
import type { Progress } from '../../domain/progress.ts'
import type { Write } from '../../ports/change.ts'
import { jobDocument } from '../../wire/documents/job.ts'
import { endpointTargets } from './endpoint-targets.ts'
import type { OutboxContext, Target } from './event-writes.ts'
import { stageEvent } from './stage-event.ts'
import { stageGroupEnd } from './stage-group-end.ts'

/**
 * The writes of a job's end: its event, the deliveries of the event and the begin of its retention. They are committed together with the
 * finished job, so there is no end without its deliveries and no delivery of an end that is not stored. The event goes to the job's own
 * URL and to the tenant's endpoints that ask for it. A group may be completed with it.
 */
export async function stageJobEnd(
  context: OutboxContext,
  job: FinishedJob,
  progress: Progress | null,
  result: JobResult | null,
): Promise<Write[]> {
  const now = job.finishedAt
  const type = eventTypeOf(job)
  const inlineResult = result?.kind === 'json' && result.bytes.byteLength <= INLINE_RESULT_LIMIT ? result.bytes : null
  const view = { job, progress, progressRevision: 0, settledAt: null, inlineResult, callbackDelivery: null }
  const event = {
    id: context.ids.next('evt'),
    tenantId: job.tenantId,
    type,
    jobId: job.id,
    body: eventBody(type, now, jobDocument(view, null, context.settings)),
    createdAt: now,
  }
  const targets: Target[] = await endpointTargets(context, job.tenantId, type)
  if (job.callback?.events.includes(type)) {
    targets.unshift({ endpointId: null, url: job.callback.url, disabled: false })
  }
  const ofGroup = await stageGroupEnd(context, job)
  return [...ofGroup, ...(await stageEvent(context, event, job.type, targets)), { write: 'settleJob', jobId: job.id, at: now }]
}
