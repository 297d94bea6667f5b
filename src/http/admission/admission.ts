/**
 * Admission control: how much is taken in at a time, so that each request is quick, work already accepted keeps its share of the
 * process, and memory has a bound. What is too much is refused with a time to come back. Every bound is shared by tenants: see
 * `createFairShare`.
 */
import { ProblemError } from '../../domain/errors.ts'
import { createFairShare, type FairShare } from './fair-share.ts'
import { createSemaphore, type SemaphoreLimits } from './semaphore.ts'

/**
 * Requests that write, from the whole body to the commit. Half of the permits fill a commit, and take too little time to hold up a
 * turn of the event loop.
 */
const WRITES: SemaphoreLimits = { permits: 128, perTurn: 8, queue: 1024 }
/** Bodies in memory, from the first byte to the answer, in bytes; four of the largest when that is more. */
const BODIES = 64 * 1024 * 1024
/** Results in memory, from the read to the last byte sent: so many of the largest. */
export const LARGEST_RESULTS = 16
/** What is not larger, in bytes, is not counted: the number of connections bounds it. */
const SMALL = 16 * 1024
const RETRY_AFTER_SECONDS = 1

/** The largest body and the largest result, bytes. */
export interface AdmissionLimits {
  maxBody: number
  maxResult: number
}

/** What one request of a tenant holds of the process, from its arrival to its end. */
export interface RequestSlot {
  /** The body has, or will have, so many bytes, in place of what was said before. Refuses with `overloaded`. */
  reserveBody(bytes: number): void
  /** The answer will have so many bytes. They count until `close`. Refuses with `overloaded`. */
  reserveAnswer(bytes: number): void
  /** Whether an answer is reserved, so that the slot is to be closed when it has been sent. */
  readonly holdsAnswer: boolean
  /** Resolves when it is this request's turn to write. Refuses with `overloaded` when the queue is full. */
  acquireWrite(): Promise<void>
  /** All is written: what the request does from then on keeps nobody else waiting. */
  releaseWrite(): void
  /** Gives everything back. */
  close(): void
}

/** Gives a slot to each request. */
export interface Admission {
  open(tenantId: string): RequestSlot
}

/** The admission control of one process. */
export function createAdmission({ maxBody, maxResult }: AdmissionLimits): Admission {
  const writes = createSemaphore(WRITES)
  const bodies = createFairShare(Math.max(BODIES, 4 * maxBody))
  const answers = createFairShare(LARGEST_RESULTS * maxResult)

  return {
    open(tenantId) {
      let body = 0
      let answer = 0
      let writing = false
      const slot: RequestSlot = {
        reserveBody(bytes) {
          body = resize(bodies, tenantId, body, bytes)
        },
        reserveAnswer(bytes) {
          answer = resize(answers, tenantId, answer, bytes)
        },
        get holdsAnswer() {
          return answer > 0
        },
        async acquireWrite() {
          const acquired = writes.acquire(tenantId)
          if (acquired === false) throw overloaded()
          await acquired
          writing = true
        },
        releaseWrite() {
          if (writing) writes.release(tenantId)
          writing = false
        },
        close() {
          slot.releaseWrite()
          body = resize(bodies, tenantId, body, 0)
          answer = resize(answers, tenantId, answer, 0)
        },
      }
      return slot
    },
  }
}

/** Changes what is held from `before` to so many bytes, and gives what counts of it. Less is always granted. */
function resize(share: FairShare, tenantId: string, before: number, bytes: number): number {
  const wanted = bytes <= SMALL ? 0 : bytes
  if (wanted < before) share.giveBack(tenantId, before - wanted)
  else if (wanted > before && !share.take(tenantId, wanted - before)) throw overloaded()
  return wanted
}

function overloaded(): ProblemError {
  return new ProblemError('overloaded', 'Too much is asked at once.', { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
