/** The job document (docs/contract.md#the-job-document) as JSON text: polled by integrators and frozen into events. Pure. */
import { isFinished, type Job, type JobFailure, unreadableFailure } from '../domain/job.ts'
import type { JobView } from '../domain/job-view.ts'

/** What only a reader of the present is told; a frozen document does not have it. */
export interface JobEstimate {
  estimatedCompletionAt: number | null
  queuePosition: number | null
  overdue: boolean
}

export const NO_ESTIMATE: JobEstimate = { estimatedCompletionAt: null, queuePosition: null, overdue: false }

export interface DocumentSettings {
  /** The base of every absolute URL, without a slash at its end. It changes when the process that answers requests starts elsewhere. */
  publicUrl: () => string
  /** Milliseconds a settled job is kept. */
  retentionMs: number
}

/** A moment as every document writes it: RFC 3339, UTC, milliseconds. */
export function timestamp(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** When reads of a settled job begin to answer 410; null while it is open. */
export function expiresAt(view: Pick<JobView, 'settledAt'>, settings: DocumentSettings): number | null {
  return view.settledAt === null ? null : view.settledAt + settings.retentionMs
}

export function statusUrl(jobId: string, settings: DocumentSettings): string {
  return `${settings.publicUrl()}/v1/jobs/${jobId}`
}

/** What only the operator is shown: `tenantId` adds `tenant_id`, `internal` adds `error.internal`. */
export interface OperatorParts {
  tenantId: boolean
  internal: boolean
}

const NOTHING: OperatorParts = { tenantId: false, internal: false }

/** Where the job is read as a long-running operation. */
export function operationUrl(jobId: string, settings: DocumentSettings): string {
  return `${settings.publicUrl()}/v1/operations/${jobId}`
}

/**
 * The document as JSON text. With `outlook` null it is the one frozen into an event: `callback`, `queue_position` and
 * `estimated_completion_at` are null.
 */
export function jobDocument(
  view: JobView,
  outlook: JobEstimate | null,
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
    expires_at: timestamp(expiresAt(view, settings)),
    attempt: job.attempt,
    max_attempts: job.maxAttempts,
    next_attempt_at: timestamp(job.status === 'pending' ? job.dueAt : null),
    cancel_requested: job.cancelRequested,
    overdue: outlook?.overdue ?? false,
    progress: view.progress,
    estimated_completion_at: timestamp(outlook?.estimatedCompletionAt ?? null),
    queue_position: outlook?.queuePosition ?? null,
  }
  const tail = {
    error: shownError(job, shown.internal),
    callback: outlook && callbackOf(view),
    ...resultFacts(job),
    rerun_of: job.rerunOf,
    tags: job.tags,
    metadata: job.metadata,
  }
  const result = view.inlineResult === null ? 'null' : new TextDecoder().decode(view.inlineResult)
  return `${JSON.stringify(head).slice(0, -1)},"result":${result},${JSON.stringify(tail).slice(1)}`
}

/** Changes whenever the document's stored parts or `overdue` do; the two estimates do not count. */
export function jobEtag(view: JobView, overdue: boolean): string {
  const delivery = view.callbackDelivery
  return `"${[view.job.version, view.progressRevision, view.settledAt ?? 0, delivery?.version ?? 0, overdue ? 1 : 0].map((part) => part.toString(36)).join('-')}"`
}

/** Media type and size of a result that `…/result` has; null without one, and for one that lies elsewhere. */
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
    status: delivery.status === 'sending' ? 'pending' : delivery.status,
    attempts: delivery.attempts,
    next_attempt_at: timestamp(delivery.status === 'pending' ? delivery.dueAt : null),
    last_status: delivery.lastStatus,
  }
}
