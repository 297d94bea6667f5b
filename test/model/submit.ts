import { createHash } from 'node:crypto'
import { submitJob } from '../../src/lifecycle/jobs/submit-job.ts'
import { expectAnswer } from './expect-answer.ts'
import { knownJob } from './known-jobs.ts'
import { type Simulation, TENANTS } from './simulation.ts'
import type { JobSpec } from './steps.ts'
import { violated } from './violation.ts'

/** A client submits a job; what it is told is noted when it comes. */
export function submit(simulation: Simulation, spec: JobSpec): void {
  const { process, history, clock, tally } = simulation
  const tenantId = TENANTS[spec.tenant]
  const payload = Buffer.from(JSON.stringify(spec))
  const key = spec.key === null ? null : `key-${spec.key}`
  const input = {
    tenantId,
    type: spec.type,
    payload,
    callback: callbackOf(spec),
    runAt: spec.delayMs === 0 ? null : clock.now() + spec.delayMs,
    timeoutMs: spec.timeoutMs,
    maxAttempts: spec.maxAttempts,
    rerunOf: null,
    priority: spec.priority,
    tags: [],
    metadata: {},
    traceparent: null,
    idempotency: key === null ? null : { key, bodyHash: createHash('sha256').update(payload).digest() },
  }
  const answer = submitJob(process.world, input)
  expectAnswer(simulation, 'submit', answer, ({ view, replayed }) => {
    tally.count(replayed ? 'submits replayed' : 'submits acknowledged')
    knownJob(history, view.job.id, spec).acknowledged = true
    if (key === null) return
    const place = `${tenantId} ${key}`
    const first = history.keys.get(place)
    if (first !== undefined && first !== view.job.id) violated('I8', `${place} made ${first} and ${view.job.id}`)
    history.keys.set(place, view.job.id)
  })
}

function callbackOf({ tenant, callback }: JobSpec) {
  if (callback === null) return null
  const events = { all: ['job.completed', 'job.failed', 'job.canceled'], completed: ['job.completed'], none: [] } as const
  return { url: `${originOf(TENANTS[tenant], callback.destination)}/hooks`, events: [...events[callback.events]], headers: {} }
}

/** Where the callbacks of a tenant go. */
export function originOf(tenantId: string, destination: number): string {
  return `https://receiver-${destination}.${tenantId.replace('_', '-')}.example`
}
