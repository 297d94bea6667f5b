import type { Child } from './child.ts'
import { cpuMicroseconds, machineTime } from './clock.ts'
import type { Figures } from './compare.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import type { Target } from './http-round.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'
import { submitRequest } from './submit-request.ts'

const CONNECTIONS = 64
/** All jobs become due at one moment, which must come after the last 202: so many times later than a first sample foretells. */
const MARGIN = 3
const LEAST_WAIT_MS = 1_000
const SAMPLE = 500
const FAR = new Date(Date.now() + 24 * 3_600_000)

export interface DrainClients {
  load: Child<LoadOrder, LoadReport>
  receiver: Child<ReceiverOrder, ReceiverReport>
  /** Of the receiver. */
  port: number
}

/** Has so many jobs accepted for one moment, waits for it, and counts from there to the last callback. */
export async function drainJobs({ load, receiver, port }: DrainClients, target: Target, type: string, jobs: number): Promise<Figures> {
  const submit = (count: number, ms: number, runAt: Date) =>
    load.ask({
      port: target.port,
      connections: CONNECTIONS,
      ms,
      count,
      requests: [
        submitRequest({ type, payload: { order: 1042 }, callback_url: `http://127.0.0.1:${port}/hooks`, run_at: runAt.toISOString() }),
      ],
      expectedStatus: 202,
    })
  const sample = await submit(SAMPLE, Number.MAX_SAFE_INTEGER, FAR)
  const waitMs = Math.max(LEAST_WAIT_MS, Math.ceil((sample.ms / SAMPLE) * jobs * MARGIN))
  const dueAt = machineTime() + waitMs
  const accepted = await submit(jobs, waitMs, new Date(Date.now() + waitMs))
  if (accepted.count < jobs) throw new Error(`only ${accepted.count} of ${jobs} jobs were accepted before they became due`)
  const cpuBefore = cpuMicroseconds(target.pids)
  const { lastAt } = await receiver.ask({ do: 'await', count: jobs })
  return {
    perSecond: jobs / ((lastAt - dueAt) / 1000),
    cpuMicroseconds: (cpuMicroseconds(target.pids) - cpuBefore) / jobs,
    p50: null,
    p99: null,
  }
}
