/** `traces`: what a job pays for traces while no SDK is loaded, beside the CPU of its drain. */
import { traceIdOf } from '../src/domain/trace.ts'
import { openRequestTrace } from '../src/http/kit/request-trace.ts'
import { openAttemptTrace } from '../src/lifecycle/deliveries/attempt-trace.ts'
import { openTracing } from '../src/tracing/open-tracing.ts'
import type { Service } from '../test/support/service.ts'
import { drain } from './drain.ts'

const CALLS = 200_000
/** Lines of the log that name the trace: of the request, of the run and of the attempt. */
const LINES = 3
/** The most that it may cost. */
const LIMIT = 0.01
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

export interface TracesOptions {
  rounds: number
  jobs: number
  print: (line: string) => void
}

/** True when a job without an SDK pays at most a hundredth. */
export async function traces(service: Service, { rounds, jobs, print }: TracesOptions): Promise<boolean> {
  const tracing = await openTracing('0.0.0')
  if (tracing !== null) throw new Error('an SDK is loaded: this measures what is paid without one')
  callsOfAJob()
  const [median = 0] = Array.from({ length: rounds }, callsOfAJob)
    .toSorted((a, b) => a - b)
    .slice(Math.floor(rounds / 2))
  const [drained] = await drain(service, { rounds, jobs })
  const cpu = drained?.sides.find(({ name }) => name === 'ringback')?.figures.cpuMicroseconds ?? Number.NaN
  const share = median / cpu
  print(`without an SDK: ${median.toFixed(2)} µs of ${cpu.toFixed(0)} µs of CPU a job, ${(100 * share).toFixed(2)} %`)
  return share <= LIMIT
}

/** Microseconds that one job takes for what is done at each place where a span would be. */
function callsOfAJob(): number {
  const headers = new Headers({ traceparent: TRACEPARENT, authorization: 'Bearer key', 'content-type': 'application/json' })
  const work = { traceparent: TRACEPARENT, delivery: {} } as Parameters<typeof openAttemptTrace>[1]
  const route = { method: 'post', path: '/v1/jobs' }
  const startedAt = process.cpuUsage()
  let ended = 0
  for (let n = 0; n < CALLS; n += 1) {
    const request = openRequestTrace({ tracing: null }, route, { tenantId: 'tnt_default' }, headers)
    const attempt = openAttemptTrace({ tracing: null }, work)
    for (let line = 0; line < LINES; line += 1) ended += traceIdOf(attempt.traceparent) === undefined ? 1 : 0
    request.end(202)
    attempt.end({ kind: 'answered', status: 204, error: null } as Parameters<typeof attempt.end>[0])
  }
  if (ended > 0) throw new Error('a trace was not read')
  const { user, system } = process.cpuUsage(startedAt)
  return (user + system) / CALLS
}
