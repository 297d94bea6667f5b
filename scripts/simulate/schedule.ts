/** The default retry schedule, run on a simulated clock through the functions that decide in the service. */
import { loadConfig } from '../../src/config/load.ts'
import { finishAttempt } from '../../src/domain/attempt.ts'
import { type Delivery, newDelivery, startSending } from '../../src/domain/delivery.ts'
import type { RetryPolicy } from '../../src/domain/retry.ts'

/** The highest number that a random source in [0, 1) gives. */
const LONGEST = 1 - Number.EPSILON / 2
const OUTCOME = {
  kind: 'answered',
  status: 500,
  error: null,
  errorCause: null,
  ms: 0,
  responseHeaders: {},
  responseBody: new Uint8Array(),
} as const
const TARGET = {
  id: 'dlv_1',
  tenantId: 'tnt_1',
  eventId: 'evt_1',
  eventType: 'job.completed',
  jobId: 'job_1',
  jobType: 'any',
  endpointId: null,
  url: 'https://partner.example/',
  destination: 'tnt_1 https://partner.example',
}

/** One try and when it is made. Milliseconds. */
export interface ScheduledTry {
  n: number
  wait: number
  sinceFirst: number
}

/** Every try of a delivery that fails at once each time, until it is dead of exhaustion. `random` is in [0, 1). */
export function runSchedule(policy: RetryPolicy, random: number): ScheduledTry[] {
  const tries: ScheduledTry[] = []
  let now = 0
  let delivery: Delivery = newDelivery(TARGET, policy, now, null)
  while (delivery.status === 'pending') {
    tries.push({ n: tries.length + 1, wait: delivery.dueAt - now, sinceFirst: delivery.dueAt })
    now = delivery.dueAt
    const sending = startSending(delivery, 'simulated')
    delivery = finishAttempt(sending, { outcome: OUTCOME, sent: null, startedAt: now, now, openAt: null, random }, policy).delivery
  }
  if (delivery.status !== 'dead' || delivery.reason !== 'exhausted') throw new Error(`the delivery ended as ${delivery.status}`)
  return tries
}

/** The table of the default schedule in docs/receivers.md. */
export function scheduleTable(): string {
  const policy = loadConfig({}).callback
  const exact = runSchedule(policy, 0)
  const longest = runSchedule(policy, LONGEST)
  const rows = exact.map((one, index) => {
    const late = longest[index] ?? one
    const waits = one.n === 1 ? '–' : `${duration(one.wait)} to ${duration(late.wait)}`
    return `| ${one.n} | ${waits} | ${duration(one.sinceFirst)} | ${duration(late.sinceFirst)} |`
  })
  return [
    '| attempt | after the one before | since the first, at the earliest | at the latest |',
    '|---:|---|---|---|',
    ...rows,
    '| – | dead (`exhausted`), to be replayed or discarded | | |',
  ].join('\n')
}

/** `75 h 35 min 5 s`: whole seconds, without parts that are zero. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`)
  return shown.length === 0 ? '0' : shown.join(' ')
}
