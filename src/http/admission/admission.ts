/**
 * How much is taken in at a time, so that each request is quick, the work already accepted keeps its share of the process, and
 * memory has a bound. What is too much is told to come back. Every bound is shared by tenants: see `createShares`.
 */
import { ProblemError } from '../../domain/errors.ts'
import { createGate, type GateLimits } from './semaphore.ts'
import { createShares, type Shares } from './shares.ts'

/** Of requests that write, from the whole body to the commit. Half of `inside` fills a commit, and is too little to hold up a turn of the event loop. */
const WRITES: GateLimits = { inside: 128, perTurn: 8, inLine: 1024 }
/** Bodies in memory, from the first byte to the answer, in bytes; four of the largest when that is more. */
const BODIES = 64 * 1024 * 1024
/** Results in memory, from the read to the last byte sent: so many of the largest. */
export const LARGEST_RESULTS = 16
/** What is not larger, in bytes, is not counted: the number of connections bounds it. */
const SMALL = 16 * 1024
const RETRY_AFTER_SECONDS = 1

/** Sizes in bytes. */
export interface IntakeLimits {
  maxBody: number
  maxResult: number
}

/** One request of a tenant, from its arrival to its end. */
export interface Visit {
  /** The body has, or will have, so many bytes: replaces what was said before. Refuses with `overloaded`. */
  holdBody(bytes: number): void
  /** The answer will have so many bytes: they count until `end`. Refuses with `overloaded`. */
  holdAnswer(bytes: number): void
  /** Whether an answer is held, so that the end is when it has been sent. */
  readonly holdsAnswer: boolean
  /** Resolves when it is this request's turn to write. Refuses with `overloaded` when the line is full. */
  enter(): Promise<void>
  /** All is written: what comes now keeps nobody else waiting. */
  leave(): void
  end(): void
}

export interface Intake {
  visit(tenantId: string): Visit
}

export function createIntake({ maxBody, maxResult }: IntakeLimits): Intake {
  const gate = createGate(WRITES)
  const bodies = createShares(Math.max(BODIES, 4 * maxBody))
  const answers = createShares(LARGEST_RESULTS * maxResult)

  return {
    visit(tenantId) {
      let body = 0
      let answer = 0
      let isInside = false
      const visit: Visit = {
        holdBody(bytes) {
          body = exchange(bodies, tenantId, body, bytes)
        },
        holdAnswer(bytes) {
          answer = exchange(answers, tenantId, answer, bytes)
        },
        get holdsAnswer() {
          return answer > 0
        },
        async enter() {
          const entered = gate.enter(tenantId)
          if (entered === false) throw overloaded()
          await entered
          isInside = true
        },
        leave() {
          if (isInside) gate.leave(tenantId)
          isInside = false
        },
        end() {
          visit.leave()
          body = exchange(bodies, tenantId, body, 0)
          answer = exchange(answers, tenantId, answer, 0)
        },
      }
      return visit
    },
  }
}

/** Makes what is held so many bytes; answers what counts of it. Less is always granted. */
function exchange(shares: Shares, tenantId: string, before: number, bytes: number): number {
  const wanted = bytes <= SMALL ? 0 : bytes
  if (wanted < before) shares.giveBack(tenantId, before - wanted)
  else if (wanted > before && !shares.take(tenantId, wanted - before)) throw overloaded()
  return wanted
}

function overloaded(): ProblemError {
  return new ProblemError('overloaded', 'Too much is asked at once.', { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
