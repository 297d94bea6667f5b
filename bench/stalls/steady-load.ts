/**
 * A steady load on one service: requests leave when they are due, whatever became of the ones before, so that a service that
 * stands still is asked as often as one that does not. What was acknowledged is checked at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Entry, machineTime } from '../../fault/harness/history.ts'
import { checkInvariants } from '../../fault/harness/invariants.ts'
import { poll } from '../../fault/harness/load.ts'
import { pollUntilSettled } from '../../fault/harness/settle.ts'
import { createApi } from '../../test/support/api.ts'
import { ADMIN_KEY, type Service } from '../../test/support/service.ts'

export const REQUESTS = ['health', 'status', 'submit'] as const
export const READS = ['health', 'status'] as const
export type Request = (typeof REQUESTS)[number]

/** A second. Half of `health` asks /healthz, half /readyz. */
const RATES: Record<Request, number> = { health: 100, status: 100, submit: 50 }
/** What may be answered. */
const EXPECTED: Record<Request, readonly (number | null)[]> = { health: [200, 503], status: [200], submit: [202, 503] }
const TICK_MS = 5
const BOUND_MS = 30_000

export interface Sample {
  request: Request
  /** Until its whole answer was there. */
  ms: number
}

export interface Verdict {
  acknowledged: number
  /** Submits that were answered 503. */
  refused: number
  /** What is wrong, a line each; none = every answer was one that may be given, and every job with a 202 has ended. */
  faults: string[]
}

export interface SteadyLoad {
  /** Sends for `ms` milliseconds and gives what it sent, once all of it is answered. */
  run(ms: number): Promise<Sample[]>
  /** Waits for the acknowledged jobs to end and has the history checked. */
  verdict(): Promise<Verdict>
  close(): Promise<void>
}

/** Begins with one job acknowledged, so that there is a status to ask for. */
export async function createSteadyLoad(service: Service): Promise<SteadyLoad> {
  // Two pools: submits that wait must not keep reads from leaving.
  const reads = createApi(service.url, ADMIN_KEY, 64)
  const submits = createApi(service.url, ADMIN_KEY, 256)
  const history: Entry[] = [{ kind: 'setup', at: machineTime(), slots: 0, boundMs: BOUND_MS }]
  const note = (entry: Entry) => void history.push(entry)
  const jobs: string[] = []
  const odd: string[] = []
  const sent: Record<Request, number> = { health: 0, status: 0, submit: 0 }
  let refused = 0

  /** The n-th of its kind; gives the status of its answer, null without one. */
  const ask: Record<Request, (n: number) => Promise<number | null>> = {
    health: async (n) => (await reads.call('GET', n % 2 === 0 ? '/healthz' : '/readyz')).status,
    status: async (n) => (await poll({ ...service, api: reads }, jobs[n % jobs.length] ?? '', note))?.status ?? null,
    async submit(n) {
      const request = `request-${n}`
      note({ kind: 'request', at: machineTime(), request, callback: false, attempts: 1 })
      const { status, json } = await submits.submit({ type: 'fault.noop', payload: { request } }, { 'idempotency-key': request })
      if (status === 503) refused += 1
      if (status !== 202) return status
      note({ kind: 'ack', at: machineTime(), request, jobId: json.id, replayed: false })
      jobs.push(json.id)
      return status
    },
  }

  async function send(request: Request): Promise<Sample> {
    const sentAt = performance.now()
    const httpStatus = await ask[request](sent[request]++).catch(() => null)
    if (!EXPECTED[request].includes(httpStatus)) odd.push(`a ${request} request was answered ${httpStatus ?? 'not at all'}`)
    return { request, ms: performance.now() - sentAt }
  }

  await send('submit')
  return {
    async run(ms) {
      const samples: Record<Request, Promise<Sample>[]> = { health: [], status: [], submit: [] }
      const startedAt = performance.now()
      for (let passed = 0; passed < ms; passed = performance.now() - startedAt) {
        for (const request of REQUESTS) {
          while (samples[request].length < (RATES[request] * passed) / 1000) samples[request].push(send(request))
        }
        await sleep(TICK_MS)
      }
      return Promise.all(Object.values(samples).flat())
    },
    async verdict() {
      note({ kind: 'calm', at: machineTime() })
      await pollUntilSettled(service, jobs, BOUND_MS, note)
      const findings = checkInvariants(history).map(({ invariant, jobId, says }) => `${invariant} ${jobId}: ${says}`)
      return { acknowledged: jobs.length, refused, faults: [...odd, ...findings] }
    },
    async close() {
      await reads.close()
      await submits.close()
    },
  }
}
