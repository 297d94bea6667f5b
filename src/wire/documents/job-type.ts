import { exampleOf } from '../../domain/example-of.ts'
import { isPaused, type JobTypePause } from '../../domain/pause.ts'
import type { JobType } from '../../ports/executor.ts'
import { timestamp } from './timestamp.ts'

/** What a type takes that names none of its own, and its pause at present. */
interface JobTypeState {
  timeoutMs: number
  maxAttempts: number
  pause: JobTypePause | null
  now: number
}

/**
 * The document of a job type.
 *
 * @param shown `source` adds where the type comes from, which is the operator's alone
 */
export function jobTypeDocument(type: JobType, { pause, now, ...defaults }: JobTypeState, shown: { source: boolean }) {
  return {
    type: type.type,
    input_schema: type.inputSchema,
    example: type.inputSchema === null ? {} : exampleOf(type.inputSchema),
    timeout_seconds: (type.timeoutMs ?? defaults.timeoutMs) / 1000,
    max_attempts: type.maxAttempts ?? defaults.maxAttempts,
    concurrency: type.concurrency,
    steps: type.steps,
    isolated: type.isolated,
    paused_until: timestamp(pause !== null && isPaused(pause, now) ? pause.pausedUntil : null),
    ...(shown.source ? { source: sourceOf(type) } : {}),
  }
}

/** The file, or the URL without its userinfo and query, which may be secrets. */
function sourceOf({ source, upstream }: JobType): string {
  const url = upstream === null ? null : URL.parse(source)
  return url === null ? source : `${url.origin}${url.pathname}`
}
