/** `client.jobs`: the routes below `/v1/jobs`. */
import type { JobDocument, JobFilter, JobSummary, JobTypeDocument, RerunAnswer, RerunPreview, RerunRequest } from '../documents/job.ts'
import type { AnyJobs, InlineResult, PayloadOf, ResultOf } from '../documents/job-map.ts'
import { type CallOptions, type Listing, listing, type PageOptions } from '../transport/listing.ts'
import type { Transport } from '../transport/transport.ts'
import { cancelJob, createHandle, type JobHandle } from './handle.ts'
import { jobPath } from './job-state.ts'
import { readResult, resultResponse } from './result.ts'
import { type RawJson, type SendOnceOptions, type SubmitOptions, sendOnce, submit } from './submit.ts'

/** The names of the job types. */
export type TypeName<Jobs extends object> = keyof Jobs & string

/** The payload may be left out where the type takes any. */
type Submitted<Payload> = undefined extends Payload
  ? [payload?: Payload | RawJson, options?: SubmitOptions]
  : [payload: Payload | RawJson, options?: SubmitOptions]

/** A handle of a job of this type. */
export type HandleOf<Definition> = JobHandle<ResultOf<Definition>, InlineResult<Definition>>

/** Which jobs a list has. */
export type ListJobs<Jobs extends object> = Omit<JobFilter, 'type'> & PageOptions & { type?: TypeName<Jobs> | undefined }

/** What can be done with jobs. */
export interface JobsApi<Jobs extends object = AnyJobs> {
  /** Submits a job: one job, however often the request has to be sent. */
  submit<Type extends TypeName<Jobs>>(type: Type, ...args: Submitted<PayloadOf<Jobs[Type]>>): Promise<HandleOf<Jobs[Type]>>
  get(id: string, options?: CallOptions): Promise<JobDocument<InlineResult<Jobs[TypeName<Jobs>]>>>
  /** Newest first. */
  list(filter?: ListJobs<Jobs>, options?: CallOptions): Listing<JobDocument<InlineResult<Jobs[TypeName<Jobs>]>>>
  cancel(id: string, options?: CallOptions): Promise<JobDocument>
  /** The result of a completed job: JSON as its value, other content as its bytes, a location as its URL. */
  result(id: string, options?: CallOptions): Promise<ResultOf<Jobs[TypeName<Jobs>]>>
  /** The same as the answer with its body unread: 200, or 303 with the location. */
  resultResponse(id: string, options?: CallOptions): Promise<Response>
  /** A handle of a job that was submitted elsewhere. Asks nothing yet: `document` is null until something was read. */
  handle<Type extends TypeName<Jobs> = TypeName<Jobs>>(
    id: string,
  ): JobHandle<ResultOf<Jobs[Type]>, InlineResult<Jobs[Type]>, JobDocument<InlineResult<Jobs[Type]>> | null>
  /** Submits an ended job once more; as `submit` it makes one job. */
  rerun(id: string, options?: SendOnceOptions): Promise<HandleOf<Jobs[TypeName<Jobs>]>>
  /** Submits all ended jobs that fit once more, or with `dry_run` counts them. At most 10,000 a call: see `has_more`. */
  rerun(request: RerunRequest & { dry_run: true }, options?: ByTenant): Promise<RerunPreview>
  rerun(request: RerunRequest & { dry_run?: false | undefined }, options?: ByTenant): Promise<RerunAnswer>
  /** The types that can be submitted, by name. */
  types(query?: Omit<PageOptions, 'tenant'>, options?: CallOptions): Listing<JobTypeDocument>
  /** Counts by type, status and error code. */
  summary(query?: { created_after?: string | undefined; tenant?: string | undefined }, options?: CallOptions): Promise<JobSummary>
}

/** Operator only: whose records a request means, `*` for all. */
export interface ByTenant extends CallOptions {
  tenant?: string | undefined
}

/** The jobs of a service. */
export function createJobs(transport: Transport): JobsApi {
  async function rerun(id: string, options?: SendOnceOptions): Promise<JobHandle>
  async function rerun(request: RerunRequest, options?: ByTenant): Promise<RerunPreview & RerunAnswer>
  async function rerun(which: string | RerunRequest, options: SendOnceOptions & ByTenant = {}): Promise<unknown> {
    if (typeof which === 'string') {
      const document = await sendOnce(transport, { method: 'POST', path: `${jobPath(which)}/rerun` }, options)
      return createHandle(transport, document.id, document)
    }
    const { tenant, signal } = options
    return transport.json({ method: 'POST', path: '/v1/jobs/rerun', query: { tenant }, body: JSON.stringify(which), signal })
  }

  return {
    async submit(type: string, payload?: unknown, options: SubmitOptions = {}) {
      const document = await submit(transport, type, payload, options)
      return createHandle(transport, document.id, document) as JobHandle
    },
    get: (id, { signal } = {}) => transport.json({ method: 'GET', path: jobPath(id), signal }),
    list: (filter = {}, options) => listing(transport, '/v1/jobs', { ...filter }, options),
    cancel: (id, options = {}) => cancelJob(transport, id, options),
    result: (id, options = {}) => readResult(transport, id, options),
    resultResponse: (id, options = {}) => resultResponse(transport, id, options),
    handle: (id) => createHandle(transport, id, null),
    rerun,
    types: (query = {}, options) => listing(transport, '/v1/job-types', { ...query }, options),
    summary: (query = {}, { signal } = {}) => transport.json({ method: 'GET', path: '/v1/jobs/summary', query, signal }),
  }
}
