/** A job type done by an HTTP endpoint that the operator trusts. */
import { type Destination, roomAt } from './destination.ts'

/** What the operator says of one upstream. Null: the configured default, or none. */
export interface Upstream {
  type: string
  url: string
  /** Of the request that tells it of a cancel; `{job_id}` stands for the job's id. */
  cancelUrl: string | null
  timeoutMs: number | null
  maxAttempts: number | null
  /** Runs at a time in one process. */
  concurrency: number | null
  steps: readonly string[]
  /** JSON Schema of the payload. */
  inputSchema: object | boolean | null
  /** Sent with every request, names in lower case. The values are secrets. */
  headers: Readonly<Record<string, string>>
}

/**
 * What an upstream's limit and breaker are stored under: by origin, for a host that is away is away for every type it does.
 * No tenant has such an id.
 */
export function upstreamDestination(origin: string): string {
  return `upstream ${origin}`
}

/** Runs of jobs that have lost their patience, at a time, while the breaker is open. */
const IMPATIENT_AT_A_TIME = 4

/** What may begin now of an upstream's jobs. */
export interface Admission {
  /** Any of its jobs: so many. */
  room: number
  /** Only those that have lost their patience: so many, and which. Null while the breaker is closed. */
  impatient: { room: number; waitingBefore: number; dueBefore: number } | null
  /** When a probe may go out, if that is the reason that there is no room. */
  probeAt: number | null
}

/** What one process knows of an upstream's runs. Durations in milliseconds. */
export interface UpstreamLoad {
  /** Its requests under way. */
  inFlight: number
  /** Those of them that began while the breaker was open, and are not judged yet. */
  probing: number
  /** The processes that share the limit. */
  workers: number
  patienceMs: number
}

/**
 * How many more of an upstream's jobs may begin in this process. While the breaker is open: one probe at its time, and what has
 * waited for as long as its patience, which spends its attempts.
 */
export function admit(upstream: Destination, { inFlight, probing, workers, patienceMs }: UpstreamLoad, now: number): Admission {
  const share = Math.max(1, Math.floor(upstream.limit / workers))
  const isOpen = upstream.openUntil !== null
  const { room, at } = roomAt({ ...upstream, limit: share }, isOpen ? probing : inFlight, now, false)
  if (!isOpen) return { room, impatient: null, probeAt: null }
  const before = now - patienceMs
  const openForSoLong = upstream.openSince !== null && upstream.openSince <= before
  return {
    room,
    impatient: {
      room: Math.max(0, IMPATIENT_AT_A_TIME - probing),
      waitingBefore: before,
      dueBefore: openForSoLong ? before : Number.NEGATIVE_INFINITY,
    },
    probeAt: at,
  }
}
