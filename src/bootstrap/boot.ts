import type { Config } from '../config/load.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Log } from '../ports/runtime.ts'
import type { Tracing } from '../ports/tracing.ts'

/** What the start of every role begins with. */
export interface Boot {
  config: Config
  /** Ringback's own. */
  version: string
  log: Log
  metrics: Metrics
  /** Null: the operator has loaded no SDK. */
  tracing: Tracing | null
  /** Called right before the first work may be taken: a stop before that has nothing to end in order. */
  beforeWork(): void
  /** Ends the process after an error that leaves its state unknown. */
  die(error: unknown): never
}

/** A process that has started. */
export interface Service {
  /** What a person sees at the start. */
  banner: string
  /** Ends in order, within `ms` milliseconds; whatever is still open then is found again by the next start. */
  stop(ms: number): Promise<void>
}
