/** The door of `ringback/client`: submit jobs, wait for them, and read everything else over HTTP. */
export type { Client } from './client.ts'
export { type ClientOptions, createClient } from './create-client.ts'
export type * from './documents/delivery.ts'
export type * from './documents/destination.ts'
export type * from './documents/endpoint.ts'
export type * from './documents/event.ts'
export type * from './documents/group.ts'
export type {
  JobCallback,
  JobDocument,
  JobError,
  JobFilter,
  JobProgress,
  JobStatus,
  JobStep,
  JobSummary,
  JobTypeDocument,
  RerunAnswer,
  RerunPreview,
  RerunRequest,
} from './documents/job.ts'
export { hasEnded } from './documents/job.ts'
export type { AnyJobs, ContentResult, InlineResult, PayloadOf, ResultOf } from './documents/job-map.ts'
export type * from './documents/tenant.ts'
export type { DoneOptions } from './jobs/done.ts'
export type { JobHandle } from './jobs/handle.ts'
export type { JobsApi, ListJobs } from './jobs/jobs.ts'
export { RawJson, type SendOnceOptions, type SubmitOptions } from './jobs/submit.ts'
export type { WatchOptions } from './jobs/watch.ts'
export type { KeysApi, SecretApi, TenantsApi } from './resources/access.ts'
export type { DeadLettersApi } from './resources/dead-letters.ts'
export type { DeliveriesApi } from './resources/deliveries.ts'
export type { EndpointsApi } from './resources/endpoints.ts'
export type { EventText } from './resources/event-texts.ts'
export type { EventsApi, FeedQuery } from './resources/events.ts'
export { JobCanceled, JobFailed, type RequestFault, RingbackError, WaitTimeout } from './transport/errors.ts'
export type { CallOptions, Listing, Page, PageOptions } from './transport/listing.ts'
export type { Call, FetchLike } from './transport/transport.ts'
