import { OperatorError } from '../domain/operator-error.ts'
import type { AuditReads } from './audit.ts'
import type { Change } from './change.ts'
import type { DeliveryReads } from './deliveries.ts'
import type { DestinationReads } from './destinations.ts'
import type { EndpointReads } from './endpoints.ts'
import type { EventReads } from './events.ts'
import type { GroupReads } from './groups.ts'
import type { Health } from './health.ts'
import type { JobTypePauseReads } from './job-type-pauses.ts'
import type { JobReads } from './jobs.ts'
import type { LaneStore } from './lanes.ts'
import type { SessionReads } from './sessions.ts'
import type { TenantReads } from './tenants.ts'
import type { WorkerReads } from './workers.ts'

/** The store cannot take or give anything now; nothing was written. Callers answer 503 or try again later. */
export class StoreUnavailable extends OperatorError {
  /** `unreachable`: the process that writes is away; whether what was asked has been written is not known. */
  readonly reason: 'overloaded' | 'disk_full' | 'busy' | 'io_error' | 'unreachable' | 'closed'
  constructor(reason: StoreUnavailable['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnavailable'
    this.reason = reason
  }
}

/** The size of what the store holds back, for the operator's figures. */
export interface StoreStats {
  /** Changes and claims that wait for the writer, and roughly their bytes. */
  waitingChanges: number
  waitingBytes: number
  /** Of the write-ahead log. Null where this process has none. */
  walBytes: number | null
}

/** Whether the store works, with its figures. */
export interface StoreHealth extends Health {
  /** Null: nothing waits in this store. */
  stats: StoreStats | null
}

/** Reads of what the operator sees to. */
interface OperatingReads {
  readonly sessions: SessionReads
  readonly audit: AuditReads
  readonly jobTypePauses: JobTypePauseReads
  readonly groups: GroupReads
}

/**
 * The only truth. Every method rejects with `StoreUnavailable` when the store cannot answer now; anything else it
 * rejects with is a bug. A read after an answered commit sees it.
 */
export interface Store extends OperatingReads {
  /** Everything in `change` in one durable transaction. False: a guard missed and nothing was written. */
  commit(change: Change): Promise<boolean>
  readonly lanes: LaneStore
  readonly jobs: JobReads
  readonly deliveries: DeliveryReads
  readonly destinations: DestinationReads
  readonly endpoints: EndpointReads
  readonly events: EventReads
  readonly tenants: TenantReads
  readonly workers: WorkerReads
  /** A random id that the store got when it was made: what tells this installation from others, after a restore as well. */
  installation(): Promise<string>
  health(): Promise<StoreHealth>
  close(): Promise<void>
}
