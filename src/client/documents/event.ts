/** Events as callbacks carry them and as the feed shows them. */
import type { DeliveryDocument } from './delivery.ts'
import type { DestinationDocument } from './destination.ts'
import type { EndpointDocument } from './endpoint.ts'
import type { GroupDocument } from './group.ts'
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

/** The body of a callback about a closed group of which every job has ended. */
export interface GroupEvent {
  type: 'group.completed'
  timestamp: string
  data: GroupDocument
}

/** The body of a callback about a delivery that was given up. */
export interface DeliveryAlert {
  type: 'delivery.dead'
  timestamp: string
  data: DeliveryDocument
}

/** The body of a callback about a destination that keeps failing, or that answers again. */
export interface DestinationAlert {
  type: 'destination.failing' | 'destination.recovered'
  timestamp: string
  data: DestinationDocument
}

/** The body of a callback about a job that has become overdue: its document as it was then. */
export interface JobAlert {
  type: 'job.stuck'
  timestamp: string
  data: JobDocument
}

/** The body of a callback about trouble, or about its end. */
export type AlertEvent = DeliveryAlert | DestinationAlert | JobAlert

/** The body of any callback: its `type` tells what `data` is. */
export type CallbackEvent<Jobs extends object = AnyJobs> =
  | JobEvent<InlineResult<Jobs[keyof Jobs]>>
  | GroupEvent
  | EndpointEvent
  | AlertEvent

/** An event as the feed shows it: the body of its callbacks with its ids. */
export type FeedEvent<Jobs extends object = AnyJobs> = CallbackEvent<Jobs> & {
  /** Also the `webhook-id` of its callbacks. */
  id: string
  /** With `tenant` only. */
  tenant_id?: string
  job_id: string | null
}
