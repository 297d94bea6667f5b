/** Claims: the only writes that choose their records themselves. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PendingDelivery } from '../../../domain/delivery.ts'
import type { ClaimJobs } from '../../../ports/lanes.ts'
import type { ClaimedDeliveries, ClaimedJobs, Driver, LeasedJobs } from '../../driver/driver.ts'
import type { StatementName } from '../../steps/change.ts'
import { claimDelivery, claimJob, leaseDeliveryRow, leaseJobRow } from '../../steps/claims.ts'
import type { Step } from '../../steps/step.ts'
import type { DeliveryRow } from '../../tables/deliveries.ts'
import type { JobRow } from '../../tables/jobs.ts'
import type { Connection } from '../connection/connect.ts'
import type { Pool } from '../connection/pool.ts'
import type { Command, Outcome } from '../connection/wire.ts'
import { asked } from '../queries/ask.ts'
import { DUE_DELIVERIES, DUE_JOBS, LOCK_LANE, NEXT_DELIVERY, NEXT_JOBS, PAUSED_LANE, PAUSED_TYPES } from '../queries/claim-statements.ts'
import { COUNT_RUNNING, COUNT_SENDING } from '../queries/key-reads.ts'
import { createLaneTurns } from '../queries/lane-turns.ts'
import { SHARE_LANE_PAUSE, SHARE_TYPE_PAUSES } from '../statements/pause-locks.ts'
import { STATEMENTS } from '../statements/statements.ts'
import { commandOf } from './member.ts'
import { assertCommitted, BEGIN, COMMIT, rollback } from './transaction.ts'

/** Another process has its turn at the lane: so often and after so long it is tried again, milliseconds. */
const BUSY_LANE = { tries: 10, pauseMs: 20 }

type Claims = Pick<Driver, 'claimJobs' | 'leaseJobs' | 'claimDeliveries' | 'leaseDeliveries'>
type JobWithPayload = JobRow & { payload: Uint8Array | null }
type DeliveryWithEvent = DeliveryRow & { event_body: Uint8Array | null; sealed_headers: string | null; traceparent: string | null }

/** The turn at a lane, in a transaction that holds the lane's lock. */
interface LaneTurn {
  run(...commands: Command[]): Promise<Outcome[]>
  /** Writes, commits, and gives the outcome of the last statement, which sees what was written. */
  finish(steps: readonly Step<StatementName>[], last: Command): Promise<Outcome | undefined>
}

/** Claims on connections of their own. */
export function createClaims(pool: Pool): Claims {
  const turns = createLaneTurns()

  /** Null: other processes have had their turns all the time. */
  function inLane<T>(lane: string, first: readonly Command[], work: (turn: LaneTurn, found: Outcome[]) => Promise<T>): Promise<T | null> {
    return turns.run(lane, async () => {
      for (let tries = 1; ; tries++) {
        const done = await pool.use((connection) => attempt(connection, lane, first, work))
        if (done !== null || tries === BUSY_LANE.tries) return done
        await sleep(BUSY_LANE.pauseMs)
      }
    })
  }

  function dueJobs(
    { lane, now, exceptTypes, heldBack = [], abovePriority }: ClaimJobs,
    paused: Outcome | undefined,
    limit: number,
  ): Command {
    const held = heldBack.map(({ type, waitingBefore, dueBefore }) => ({
      type,
      waitingBefore: wholeTime(waitingBefore),
      dueBefore: wholeTime(dueBefore),
    }))
    const lists = {
      except: JSON.stringify([...exceptTypes, ...rowsOf<{ type: string }>(paused).map(({ type }) => type)]),
      heldBack: JSON.stringify(held),
    }
    return asked(DUE_JOBS, { ...lists, tenantId: lane, now, limit, above: abovePriority ?? Number.MIN_SAFE_INTEGER })
  }

  return {
    async claimJobs(claim): Promise<ClaimedJobs> {
      const { lane, limit, now, mostRunning } = claim
      const next = asked(NEXT_JOBS, { lane, now })
      const first = [...typePauses(now), next, asked(COUNT_RUNNING, { tenantId: lane, cap: mostRunning ?? 0 })]
      const claimed = await inLane(lane, first, async (turn, [, paused, due, running]) => {
        const room = mostRunning === undefined ? limit : Math.min(limit, mostRunning - Number(running?.rows[0]?.n ?? 0))
        const nextAt = nextOf(due)
        if (nextAt.nextDueAt === null || nextAt.nextDueAt > now || room < 1) return { jobs: [], ...(await nothing(turn, nextAt)) }
        const [found] = await turn.run(dueJobs(claim, paused, room))
        const taken = rowsOf<JobWithPayload>(found).map(({ payload, ...row }) => ({ payload, ...claimJob(row, claim) }))
        const left = await turn.finish(
          taken.flatMap(({ steps }) => steps),
          next,
        )
        return { jobs: taken.map(({ steps: _, ...job }) => job), ...nextOf(left) }
      })
      return claimed ?? { jobs: [], nextDueAt: now, nextLaterAt: null }
    },

    async leaseJobs(lease): Promise<LeasedJobs> {
      const { lane, limit, now, worker, untilTypes, maxPayload } = lease
      const leased = await inLane(lane, typePauses(now), async (turn, [, paused]) => {
        // One more than may be taken: it tells what is left.
        const [found] = await turn.run(dueJobs({ lane, limit, now, worker, exceptTypes: [] }, paused, limit + 1))
        const jobs: LeasedJobs['jobs'] = []
        const steps: Step<StatementName>[] = []
        let nextPriority: number | null = null
        for (const { payload, ...row } of rowsOf<JobWithPayload>(found)) {
          const isHoldable = payload !== null && payload.byteLength <= maxPayload && !untilTypes.includes(row.type)
          const one = jobs.length < limit && isHoldable ? leaseJobRow(row, worker) : null
          if (one === null) {
            nextPriority = row.priority
            break
          }
          steps.push(...one.steps)
          jobs.push({ job: one.job, sealedHeaders: row.callback_headers, payload: payload as Uint8Array })
        }
        return { jobs, ...nextOf(await turn.finish(steps, asked(NEXT_JOBS, { lane, now }))), nextPriority }
      })
      return leased ?? { jobs: [], nextDueAt: now, nextLaterAt: null, nextPriority: null }
    },

    async claimDeliveries(claim): Promise<ClaimedDeliveries> {
      const { lane, limit, now, mostSending } = claim
      const next = asked(NEXT_DELIVERY, { lane })
      const first = [...lanePause(lane, now), next, asked(COUNT_SENDING, { lane })]
      const claimed = await inLane(lane, first, async (turn, [, paused, due, sending]) => {
        const room = mostSending === undefined ? limit : Math.min(limit, mostSending - Number(sending?.rows[0]?.n ?? 0))
        const dueAt = nextOf(due).nextDueAt
        if (dueAt === null || dueAt > now || room < 1 || isFound(paused))
          return { deliveries: [], ...(await nothing(turn, { nextDueAt: dueAt })) }
        const [found] = await turn.run(asked(DUE_DELIVERIES, { lane, now, limit: room }))
        const taken = rowsOf<DeliveryWithEvent>(found).map(({ event_body, sealed_headers, traceparent, ...row }) => {
          return { ...claimDelivery(row, claim), body: event_body, sealedHeaders: sealed_headers, traceparent }
        })
        const left = await turn.finish(
          taken.flatMap(({ steps }) => steps),
          next,
        )
        return { deliveries: taken.map(({ steps: _, ...delivery }) => delivery), nextDueAt: nextOf(left).nextDueAt }
      })
      return claimed ?? { deliveries: [], nextDueAt: now }
    },

    async leaseDeliveries({ lane, limit, now, worker, maxBody }): Promise<ClaimedDeliveries<PendingDelivery>> {
      const next = asked(NEXT_DELIVERY, { lane })
      const leased = await inLane(lane, [...lanePause(lane, now), next], async (turn, [, paused, due]) => {
        if (isFound(paused)) return { deliveries: [], ...(await nothing(turn, { nextDueAt: nextOf(due).nextDueAt })) }
        const [found] = await turn.run(asked(DUE_DELIVERIES, { lane, now, limit }))
        const deliveries: ClaimedDeliveries<PendingDelivery>['deliveries'] = []
        const steps: Step<StatementName>[] = []
        for (const { event_body, sealed_headers, traceparent, ...row } of rowsOf<DeliveryWithEvent>(found)) {
          const one = event_body !== null && event_body.byteLength <= maxBody ? leaseDeliveryRow(row, worker) : null
          if (one === null) break
          steps.push(...one.steps)
          deliveries.push({ delivery: one.delivery, body: event_body, sealedHeaders: sealed_headers, traceparent })
        }
        return { deliveries, nextDueAt: nextOf(await turn.finish(steps, next)).nextDueAt }
      })
      return leased ?? { deliveries: [], nextDueAt: now }
    },
  }
}

/** Null: another process holds the lane. */
async function attempt<T>(
  connection: Connection,
  lane: string,
  first: readonly Command[],
  work: (turn: LaneTurn, found: Outcome[]) => Promise<T>,
): Promise<T | null> {
  const turn: LaneTurn = {
    run: (...commands) => connection.run(commands),
    async finish(steps, last) {
      const writes = steps.map(({ statement, params }) => commandOf(STATEMENTS[statement], params))
      const outcomes = await connection.run([...writes, last, COMMIT])
      assertCommitted(outcomes.pop())
      // Its rows are locked, so no guard can miss.
      const missed = steps.find(({ statement }, at) => STATEMENTS[statement].guarded && outcomes[at]?.count === 0)
      if (missed !== undefined) throw new Error(`a claim could not write ${missed.params.id}`)
      return outcomes.pop()
    },
  }
  try {
    const [, locked, ...found] = await connection.run([BEGIN, asked(LOCK_LANE, { lane }), ...first])
    if (locked?.rows[0]?.locked === true) return await work(turn, found)
    await rollback(connection)
    return null
  } catch (error) {
    await rollback(connection)
    throw error
  }
}

/** The types of which no run begins: the second of them answers. */
function typePauses(now: number): Command[] {
  return [asked(SHARE_TYPE_PAUSES), asked(PAUSED_TYPES, { now })]
}

/** Whether the lane is paused: the second of them answers. */
function lanePause(lane: string, now: number): Command[] {
  return [asked(SHARE_LANE_PAUSE, { lane }), asked(PAUSED_LANE, { lane, now })]
}

async function nothing<Next>(turn: LaneTurn, next: Next): Promise<Next> {
  await turn.run(COMMIT)
  return next
}

function nextOf(outcome: Outcome | undefined): { nextDueAt: number | null; nextLaterAt: number | null } {
  const { next = null, later = null } = (outcome?.rows[0] ?? {}) as { next?: number | null; later?: number | null }
  return { nextDueAt: next, nextLaterAt: later }
}

function isFound(outcome: Outcome | undefined): boolean {
  return rowsOf(outcome).length > 0
}

function rowsOf<R>(outcome: Outcome | undefined): R[] {
  return (outcome?.rows ?? []) as R[]
}

/** JSON has no infinity, and the column no fraction. */
function wholeTime(at: number): number {
  return Math.floor(Math.min(Math.max(at, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER))
}
