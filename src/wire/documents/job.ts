/** The job document (docs/contract.md#the-job-document) as JSON text: polled by integrators and frozen into events. Pure. */
import { shownStatus } from '../../domain/delivery.ts'
import { isFinished, type Job } from '../../domain/job.ts'
import { type JobFailure, unreadableFailure } from '../../domain/job-outcome.ts'
import { expiresAt, type JobView } from '../../domain/job-view.ts'
import { timestamp } from './timestamp.ts'
import { type DocumentSettings, statusUrl } from './urls.ts'

/** What the document says of the future; a frozen document does not have it. */
export interface JobEstimate {
  /** Milliseconds since the epoch. */
  estimatedCompletionAt: number | null
  queuePosition: number | null
  overdue: boolean
}

/** The estimate of a job of which nothing is expected, such as an ended one. */
export const NO_ESTIMATE: JobEstimate = { estimatedCompletionAt: null, queuePosition: null, overdue: false }

/** What only the operator is shown: `tenantId` adds `tenant_id`, `internal` adds `error.internal`. */
export interface OperatorParts {
  tenantId: boolean
  internal: boolean
}

const NOTHING: OperatorParts = { tenantId: false, internal: false }

/**
 * The document as JSON text. With `estimate` null it is the document that is frozen into an event: `callback`, `queue_position` and
 * `estimated_completion_at` are null.
 */
export function jobDocument(
  view: JobView,
  estimate: JobEstimate | null,
  settings: DocumentSettings,
  shown: OperatorParts = NOTHING,
): string {
  const { job } = view
  const url = statusUrl(job.id, settings)
  const head = {
    id: job.id,
    ...(shown.tenantId ? { tenant_id: job.tenantId } : {}),
    type: job.type,
    status: job.status,
    status_url: url,
    result_url: `${url}/result`,
    cancel_url: `${url}/cancel`,
    created_at: timestamp(job.createdAt),
    run_at: timestamp(job.runAt),
    started_at: timestamp(job.startedAt),
    finished_at: timestamp(isFinished(job) ? job.finishedAt : null),
    expires_at: timestamp(expiresAt(view, settings.retentionMs)),
    attempt: job.attempt,
    max_attempts: job.maxAttempts,
    next_attempt_at: timestamp(job.status === 'pending' ? job.dueAt : null),
    cancel_requested: job.cancelRequested,
    overdue: estimate?.overdue ?? false,
    progress: view.progress,
    estimated_completion_at: timestamp(estimate?.estimatedCompletionAt ?? null),
    queue_position: estimate?.queuePosition ?? null,
  }
  const tail = {
    error: shownError(job, shown.internal),
    callback: estimate && callbackOf(view),
    ...resultFacts(job),
    rerun_of: job.rerunOf,
    tags: job.tags,
    metadata: job.metadata,
  }
  const result = view.inlineResult === null ? 'null' : new TextDecoder().decode(view.inlineResult)
  return `${JSON.stringify(head).slice(0, -1)},"result":${result},${JSON.stringify(tail).slice(1)}`
}

/** The entity tag of the document: it changes with the stored parts and with `overdue`, not with the two estimates. */
export function jobEtag({ job, progressRevision, settledAt, callbackDelivery }: JobView, overdue: boolean): string {
  const parts = [job.version, progressRevision, settledAt ?? 0, callbackDelivery?.version ?? 0, overdue ? 1 : 0]
  return `"${parts.map((part) => part.toString(36)).join('-')}"`
}

/** Media type and size of the result that `…/result` answers with; null without one, and for one that is stored elsewhere. */
function resultFacts(job: Job): { result_type: string | null; result_bytes: number | null } {
  if (job.status !== 'completed' || job.damage !== undefined || job.result.kind === 'location')
    return { result_type: null, result_bytes: null }
  const { result } = job
  return { result_type: result.kind === 'json' ? 'application/json' : result.contentType, result_bytes: result.size }
}

function shownError(job: Job, showInternal: boolean): JobFailure | null {
  if (job.damage !== undefined) return unreadableFailure(job.damage)
  const error = job.status === 'failed' || job.status === 'pending' ? job.error : null
  return error === null || showInternal ? error : publicFailure(error)
}

/** A failure as everybody who may see the job is told it. */
export function publicFailure({ internal: _operators, ...told }: JobFailure): JobFailure {
  return told
}

function callbackOf({ job, callbackDelivery: delivery }: JobView) {
  if (job.callback === null) return null
  const { url } = job.callback
  if (delivery === null) {
    const skipped = isFinished(job) && !job.callback.events.includes(`job.${job.status}`)
    return { url, status: skipped ? 'skipped' : 'pending', attempts: 0, next_attempt_at: null, last_status: null }
  }
  return {
    url,
    status: shownStatus(delivery),
    attempts: delivery.attempts,
    next_attempt_at: timestamp(delivery.status === 'pending' ? delivery.dueAt : null),
    last_status: delivery.lastStatus,
  }
}
