/** Events as callbacks carry them and as the feed shows them. */
import type { EndpointDocument } from './endpoint.ts'
import type { JobDocument } from './job.ts'
import type { AnyJobs, InlineResult } from './job-map.ts'

/** The events of a job's end. */
export type JobEventType = 'job.completed' | 'job.failed' | 'job.canceled'

/** The body of a callback about the end of a job: the document as it was then. */
export interface JobEvent<Result = unknown> {
  type: JobEventType
  timestamp: string
  data: JobDocument<Result>
}

/** The body of a callback about an endpoint: its document as it was then. */
export interface EndpointEvent {
  type: 'endpoint.disabled' | 'endpoint.test'
  timestamp: string
  data: Omit<EndpointDocument, 'tenant_id'>
}

/** The body of any callback. */
export type CallbackEvent<Jobs extends object = AnyJobs> = JobEvent<InlineResult<Jobs[keyof Jobs]>> | EndpointEvent

/** An event as the feed shows it: the body of its callbacks with its ids. */
export type FeedEvent<Jobs extends object = AnyJobs> = CallbackEvent<Jobs> & {
  /** Also the `webhook-id` of its callbacks. */
  id: string
  /** With `tenant` only. */
  tenant_id?: string
  job_id: string | null
}
