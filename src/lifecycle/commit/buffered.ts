/** Records of each kind as they wait in the local queue: with what running or sending them needs besides, so that nothing is read again. */
import type { PendingDelivery } from '../../domain/delivery.ts'
import type { Kind } from '../../ports/kinds.ts'
import type { DeliveryWork, LeasedJob } from '../../ports/lanes.ts'

/** A pending job under a lease of this process, with its payload. */
export type BufferedJob = LeasedJob

/** A pending delivery under a lease of this process, with the body of its event and the custom headers of its job's callback. */
export type BufferedDelivery = DeliveryWork<PendingDelivery>

/** The record of each kind. */
export interface Buffered {
  job: BufferedJob
  delivery: BufferedDelivery
}

/** What the local queue must know of records of a kind. */
export interface Buffering<W> {
  idOf(work: W): string
  laneOf(work: W): string
  /** What it holds in memory besides its record, bytes. A view keeps all of the buffer alive that it looks at. */
  bytesOf(work: W): number
  /** Whether `a` runs before `b` though it came later. */
  isBefore(a: W, b: W): boolean
}

/** For each kind. Jobs run in the order a claim would take them: higher priority first. */
export const BUFFERING: { [K in Kind]: Buffering<Buffered[K]> } = {
  job: {
    idOf: ({ job }) => job.id,
    laneOf: ({ job }) => job.tenantId,
    bytesOf: ({ payload }) => bytesOfPayload(payload),
    isBefore: (a, b) => a.job.priority > b.job.priority,
  },
  delivery: {
    idOf: ({ delivery }) => delivery.id,
    laneOf: ({ delivery }) => delivery.destination,
    bytesOf: ({ body }) => body.byteLength,
    isBefore: () => false,
  },
}

/** What a payload holds in memory, bytes: one that is a view keeps all of the request's body alive. */
export function bytesOfPayload(payload: Uint8Array): number {
  return payload.buffer.byteLength
}
