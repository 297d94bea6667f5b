import { eventBody } from '../../domain/event.ts'
import { eventTypeOf, type FinishedJob, type JobResult } from '../../domain/job.ts'
import { INLINE_RESULT_LIMIT } from '../../domain/job-view.ts'
import type { Progress } from '../../domain/progress.ts'
import { jobDocument } from '../../wire/job-document.ts'
import type { Context } from '../process/context.ts'
import { endpointTargets } from './endpoint-targets.ts'
import { type StagedEvent, stageEvent, type Target } from './stage-event.ts'

/**
 * The event of a job's end, its deliveries and its retention, to be committed together with the finished job: no end
 * without its deliveries, no delivery of an end that is not stored. It goes to the job's own URL and to the tenant's
 * endpoints that ask for it; `committed` also wakes whoever waits for the job.
 */
export async function stageJobEnd(
  context: Context,
  job: FinishedJob,
  progress: Progress | null,
  result: JobResult | null,
): Promise<StagedEvent> {
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
    targets.unshift({ endpointId: null, url: job.callback.url, headers: job.callback.headers, disabled: false })
  }
  const staged = stageEvent(context, event, job.type, targets)
  return {
    ...staged,
    writes: [...staged.writes, { write: 'settleJob', jobId: job.id, at: now }],
    committed() {
      staged.committed()
      context.waiters.notify(job.id)
    },
  }
}
