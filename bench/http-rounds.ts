/** `accept` and `status`: requests a second of Ringback and of the bare server, in alternating rounds under the same load. */
import { ADMIN_KEY, type Service } from '../test/support/service.ts'
import type { BareServerOrder } from './bare-server.ts'
import { startChild } from './child.ts'
import { type Comparison, compare } from './compare.ts'
import type { LoadOrder, LoadReport } from './http-load.ts'
import { ACCEPT, ACCEPT_WITH_KEY, measureRound, type Requests, type Target } from './http-round.ts'
import { inRounds } from './rounds.ts'

const READ_JOBS = 1000

export interface HttpOptions {
  rounds: number
  /** Of one round, milliseconds. */
  roundMs: number
}

/** Durable 202s a second: without a key, and each with a new one. */
export async function accept(service: Service, options: HttpOptions): Promise<Comparison[]> {
  return [await besideBare('accept', service, options, ACCEPT), await besideBare('accept, new keys', service, options, ACCEPT_WITH_KEY)]
}

/** Status GETs a second, over finished jobs. */
export async function status(service: Service, options: HttpOptions): Promise<Comparison[]> {
  const ids: string[] = []
  for (let n = 0; n < READ_JOBS; n += 1) ids.push((await service.api.submit({ type: 'bench.noop', payload: n })).json.id)
  for (const id of ids) await service.api.jobUntil(id, (job) => job.status === 'completed')
  const requests = ids.map((id) => `GET /v1/jobs/${id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${ADMIN_KEY}\r\n\r\n`)
  return [await besideBare('status', service, options, { requests, expectedStatus: 200 })]
}

async function besideBare(name: string, service: Service, { rounds, roundMs }: HttpOptions, requests: Requests): Promise<Comparison> {
  const bareServer = startChild<BareServerOrder, { port: number }>('./bare-server.ts')
  const load = startChild<LoadOrder, LoadReport>('./http-load.ts')
  const { port } = await bareServer.ask({ key: ADMIN_KEY })
  const bare: Target = { port, pids: [bareServer.pid] }
  const ringback: Target = { port: Number(new URL(service.url).port), pids: [service.pid] }
  try {
    // Not counted: both servers compile their hot paths first.
    await measureRound(load, bare, requests, roundMs / 2)
    await measureRound(load, ringback, requests, roundMs / 2)
    const measured = await inRounds(rounds, {
      ringback: () => measureRound(load, ringback, requests, roundMs),
      bare: () => measureRound(load, bare, requests, roundMs),
    })
    return compare(name, measured, ['ringback', 'bare'])
  } finally {
    load.stop()
    bareServer.stop()
  }
}
