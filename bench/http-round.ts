/** One round of requests, as fast as they are answered. */
import type { Child } from './child.ts'
import { cpuMicroseconds } from './clock.ts'
import type { Figures } from './compare.ts'
import { FRESH } from './fresh.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import { submitRequest } from './submit-request.ts'

const CONNECTIONS = 64

export interface Target {
  port: number
  /** The processes whose CPU time counts. */
  pids: readonly number[]
}

/** Whole requests, sent in turn, and how each is to be answered. */
export type Requests = Pick<LoadOrder, 'requests' | 'expectedStatus'>

/** Far enough that no job is run in between: what is measured is the 202 alone. `drain` measures the rest. */
const LATER = new Date(Date.now() + 24 * 3_600_000).toISOString()

const SUBMITTED = {
  type: 'bench.noop',
  payload: { order: 1042, lines: [{ sku: 'A-1', count: 2 }] },
  callback_url: 'https://partner.example/hooks',
  run_at: LATER,
}

/** Submits without a key. */
export const ACCEPT: Requests = { requests: [submitRequest(SUBMITTED)], expectedStatus: 202 }

/** Submits, each with an `Idempotency-Key` that is new. */
export const ACCEPT_WITH_KEY: Requests = { requests: [submitRequest(SUBMITTED, FRESH)], expectedStatus: 202 }

export async function measureRound(
  load: Child<LoadOrder, LoadReport>,
  { port, pids }: Target,
  requests: Requests,
  ms: number,
): Promise<Figures> {
  const before = cpuMicroseconds(pids)
  const report = await load.ask({ port, connections: CONNECTIONS, ms, count: Number.MAX_SAFE_INTEGER, ...requests })
  const cpu = (cpuMicroseconds(pids) - before) / report.count
  return { perSecond: report.count / (report.ms / 1000), cpuMicroseconds: cpu, p50: report.p50, p99: report.p99 }
}
