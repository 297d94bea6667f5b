/** The jobs this process runs now, and how to reach them. In memory. */
import type { Deed } from '../commit/deed.ts'

/** Why a run is stopped. */
export type StopReason = 'cancel' | 'shutdown' | 'lost'

/** One run of this process. */
export interface RunControl {
  jobId: string
  type: string
  tenantId: string
  /** Commits the request to cancel, as this deed, and stops the handler. Resolves when the request, or the run's end, is durable. */
  cancel(deed?: Deed | null): Promise<void>
  /** Tells the handler to stop; the run settles when it does, or after the grace (milliseconds). */
  stop(reason: StopReason, graceMs?: number): void
  /** The job's end, or its next wait, is durable. */
  settled: Promise<void>
}

/** All runs of this process. */
export interface Runs {
  get(jobId: string): RunControl | undefined
  /** A run begins: its slot counts until `release`. */
  add(control: RunControl): void
  /** The job is settled: nobody reaches the run any more. */
  forget(control: RunControl): void
  /** The work has ended, or was given up: the slot is free. */
  release(control: RunControl): void
  runningOfType(type: string): number
  runningOfTenant(tenantId: string): number
  all(): RunControl[]
}

/** No run has begun yet. */
export function createRuns(): Runs {
  const byId = new Map<string, RunControl>()
  const types = new Map<string, number>()
  const tenants = new Map<string, number>()

  return {
    get: (jobId) => byId.get(jobId),
    add(control) {
      byId.set(control.jobId, control)
      count(types, control.type, 1)
      count(tenants, control.tenantId, 1)
    },
    forget(control) {
      // The job's next run may have begun before this one knows that its end is durable.
      if (byId.get(control.jobId) === control) byId.delete(control.jobId)
    },
    release(control) {
      count(types, control.type, -1)
      count(tenants, control.tenantId, -1)
    },
    runningOfType: (type) => types.get(type) ?? 0,
    runningOfTenant: (tenantId) => tenants.get(tenantId) ?? 0,
    all: () => [...byId.values()],
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by
  if (now === 0) counts.delete(key)
  else counts.set(key, now)
}
