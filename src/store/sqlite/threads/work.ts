/** What a writing connection does for one caller, and how its statements are run: by threads, inline, or by another process. */
import type { PendingDelivery } from '../../../domain/delivery.ts'
import type { ClaimDeliveries, ClaimJobs, LeaseDeliveries, LeaseJobs } from '../../../ports/lanes.ts'
import type { ClaimedDeliveries, ClaimedJobs, Driver, LeasedJobs } from '../../driver/driver.ts'
import type { Failure } from '../file/failures.ts'
import { type BoundStep, bind } from '../statements/statements.ts'

/** One unit of work: the steps of a commit, or a claim. */
export type Work =
  | { steps: readonly BoundStep[] }
  | { claimJobs: ClaimJobs }
  | { leaseJobs: LeaseJobs }
  | { claimDeliveries: ClaimDeliveries }
  | { leaseDeliveries: LeaseDeliveries }

/** What a work is answered with. */
export type AnswerTo<W extends Work> = W extends { steps: unknown }
  ? boolean
  : W extends { claimJobs: unknown }
    ? ClaimedJobs
    : W extends { leaseJobs: unknown }
      ? LeasedJobs
      : W extends { claimDeliveries: unknown }
        ? ClaimedDeliveries
        : ClaimedDeliveries<PendingDelivery>

/** For steps: whether their guards held. */
export type Answer = boolean | ClaimedJobs | LeasedJobs | ClaimedDeliveries | ClaimedDeliveries<PendingDelivery> | Failure

/** A driver whose writes are pieces of work. */
export interface WorkDriver extends Pick<Driver, 'read' | 'scan' | 'health' | 'close'> {
  /** Answers when it is durable. */
  work<W extends Work>(work: W): Promise<AnswerTo<W>>
}

/** The port's driver over a driver of works. */
export function driverOf({ work, read, scan, health, close }: WorkDriver): Driver {
  return {
    write: (steps) => work({ steps: steps.map(bind) }),
    claimJobs: (claim) => work({ claimJobs: claim }),
    leaseJobs: (lease) => work({ leaseJobs: lease }),
    claimDeliveries: (claim) => work({ claimDeliveries: claim }),
    leaseDeliveries: (lease) => work({ leaseDeliveries: lease }),
    ...{ read, scan, health, close },
  }
}
