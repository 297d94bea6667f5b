import type { Attempt } from '../domain/attempt.ts'
import type { AuditEntry } from '../domain/audit.ts'
import type { DeadDelivery, Delivery, PendingDelivery } from '../domain/delivery.ts'
import type { Destination } from '../domain/destination.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Event } from '../domain/event.ts'
import type { Group } from '../domain/group.ts'
import type { FinishedJob, Job, PendingJob } from '../domain/job.ts'
import type { JobTypePause } from '../domain/pause.ts'
import type { Progress } from '../domain/progress.ts'
import type { Session } from '../domain/session.ts'
import type { ApiKey, SigningSecret, Tenant } from '../domain/tenant.ts'
import type { WorkerInfo, WorkerProcess } from './workers.ts'

/**
 * One record to write. *Guarded* writes miss when the record has changed meanwhile: then nothing of their change is written
 * and `commit` answers false. A change puts its guarded writes first.
 */
export type Write =
  | { write: 'insertJob'; job: PendingJob; payload: Uint8Array }
  /**
   * Guarded by the version before, and by the lease that its writer holds it under: after a failover that has lost a claim, another one may
   * have made the same version. Does not touch progress, which a claim clears, nor `settledAt`, which `settleJob` sets after an end.
   */
  | { write: 'updateJob'; job: Job; heldUnder?: string | null }
  | { write: 'insertResult'; jobId: string; bytes: Uint8Array }
  /** Guarded by (job id, lease of a running job). Adds one to the progress revision. */
  | { write: 'updateProgress'; tenantId: string; jobId: string; lease: string; progress: Progress | null }
  /** `rerunId` does this job once more. Guarded: the job is there and, with `onlyFirst`, has no rerun yet. */
  | { write: 'markRerun'; jobId: string; rerunId: string; onlyFirst: boolean }
  /** Guarded: the tenant has no such key yet. */
  | { write: 'insertIdempotencyKey'; tenantId: string; key: string; bodyHash: Uint8Array; jobId: string }
  | { write: 'insertEvent'; event: Event }
  | { write: 'insertDelivery'; delivery: PendingDelivery | DeadDelivery }
  /** Guarded by the version before, and by the lease that its writer holds it under. */
  | { write: 'updateDelivery'; delivery: Delivery; heldUnder?: string | null }
  | { write: 'insertAttempt'; attempt: Attempt }
  /** Guarded by the version before; version 1 is its first row. */
  | { write: 'putDestination'; destination: Destination }
  /** A pause is over: deliveries that wait in the lane unclaimed get the time from `since` to `until` back, as far as they were there. */
  | { write: 'lengthenHorizons'; destination: string; since: number; until: number }
  /** A pause of a job type begins, or becomes longer. */
  | { write: 'putJobTypePause'; pause: JobTypePause }
  /** The pause is over at `until`: jobs that wait for their upstream get its time back. Guarded: it is still this pause. */
  | { write: 'endJobTypePause'; pause: JobTypePause; until: number }
  /** Removes destinations that have not changed since `before` and are not paused: at most `limit`. Guarded: there was one. */
  | { write: 'purgeDestinations'; before: number; limit: number }
  /** One more job of the group; the first makes it. Guarded: it is not closed. */
  | { write: 'joinGroup'; tenantId: string; name: string; at: number }
  /** A job of the group has ended so. Guarded: it does not complete the group. */
  | { write: 'leaveGroup'; tenantId: string; name: string; status: FinishedJob['status']; at: number }
  /** No more jobs will come. Guarded: it is open, and has open jobs. */
  | { write: 'closeGroup'; tenantId: string; name: string; at: number }
  /** The group as it is completed. Guarded: it is not yet, and its counts are those of `before`. */
  | { write: 'completeGroup'; group: Group & { completedAt: number }; before: Group }
  /** Removes groups without open jobs that have not changed since `before`: at most `limit`. Guarded: there was one. */
  | { write: 'purgeGroups'; before: number; limit: number }
  /** An alert says that the job is overdue. Guarded: it runs, and none has said so before. */
  | { write: 'markStuck'; jobId: string; at: number }
  /** Retention of the finished job starts at `at`, unless one of its deliveries is still open: comes after the inserts of its change. */
  | { write: 'settleJob'; jobId: string; at: number }
  /** A replay has opened a delivery: retention stops. */
  | { write: 'unsettleJob'; jobId: string }
  /**
   * Removes a job with all that belongs to it; a tombstone stays until `goneUntil`. Guarded: still settled at or before
   * `settledBefore`.
   */
  | { write: 'purgeJob'; jobId: string; settledBefore: number; goneUntil: number }
  /** Removes an event without a job, with its deliveries. Guarded: it and all of its deliveries ended at or before `endedBefore`. */
  | { write: 'purgeEvent'; id: string; endedBefore: number }
  /** Removes tombstones, and their idempotency keys, whose time has passed: at most `limit`. Guarded: there was one. */
  | { write: 'purgeTombstones'; before: number; limit: number }
  | { write: 'insertTenant'; tenant: Tenant }
  /** Guarded by the version before. */
  | { write: 'updateTenant'; tenant: Tenant }
  | { write: 'insertApiKey'; key: ApiKey }
  /** With the sessions it opened. Guarded: not revoked yet. */
  | { write: 'revokeApiKey'; tenantId: string; id: string; at: number }
  | { write: 'insertSigningSecret'; secret: SigningSecret }
  /** `secret` takes the place of `previousId`, and what had expired by then is removed. Guarded: `previousId` has no successor yet. */
  | { write: 'rotateSigningSecret'; previousId: string; previousExpiresAt: number; secret: SigningSecret }
  | { write: 'insertEndpoint'; endpoint: Endpoint }
  /** Guarded by the version before. */
  | { write: 'updateEndpoint'; endpoint: Endpoint }
  /** With its secrets. Guarded: it is there. */
  | { write: 'deleteEndpoint'; endpoint: Endpoint }
  /** Changes nothing where it is there: the answer of the first may have been lost. */
  | { write: 'insertWorker'; worker: WorkerProcess }
  /** Guarded: nobody has removed it. */
  | { write: 'renewWorker'; id: string; at: number; info: WorkerInfo }
  /** Guarded: it has not been renewed since `renewedAt`. */
  | { write: 'removeWorker'; id: string; renewedAt: number }
  /** A deed is in the audit log; written again it counts one record more. */
  | { write: 'recordDeed'; entry: AuditEntry }
  /** Removes entries of the audit log of before: at most `limit`. Guarded: there was one. */
  | { write: 'purgeAudit'; before: number; limit: number }
  | { write: 'insertSession'; session: Session }
  /** Guarded: it is there. */
  | { write: 'deleteSession'; idHash: Uint8Array }
  /** Removes sessions that had expired by then: at most `limit`. Guarded: there was one. */
  | { write: 'purgeSessions'; before: number; limit: number }

/** Everything in one change is durable together, or none of it is. */
export type Change = readonly Write[]
