/** W3C Trace Context. */
import type { RunningJob } from './job.ts'

const TRACE_BYTES = 16
const SPAN_BYTES = 8

/** Version 00. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/** The fields of a `traceparent`, in hex. */
export interface TraceContext {
  traceId: string
  spanId: string
  flags: string
}

/** Where a span comes from. Without a parent it begins a trace. Each is a `traceparent`. */
export interface TraceOrigin {
  parent: string | null
  /** Of other traces. */
  links: readonly string[]
}

/** A fresh `traceparent` of version 00, sampled by nobody: a trace begins with a request that belongs to none. */
export function newTraceparent(randomBytes: (size: number) => Uint8Array): string {
  const hex = Buffer.from(randomBytes(TRACE_BYTES + SPAN_BYTES)).toString('hex')
  return `00-${hex.slice(0, 2 * TRACE_BYTES)}-${hex.slice(2 * TRACE_BYTES)}-00`
}

/** Reads a `traceparent`; null for one that is absent or malformed. */
export function readTraceparent(text: string | null | undefined): TraceContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? []
  return traceId === undefined || spanId === undefined || flags === undefined ? null : { traceId, spanId, flags }
}

/** The id of a trace as the log names it; nothing without a trace. */
export function traceIdOf(traceparent: string | null | undefined): string | undefined {
  return readTraceparent(traceparent)?.traceId
}

/** As a child of what caused it. */
export function childOf(cause: string | null | undefined): TraceOrigin {
  return { parent: cause ?? null, links: [] }
}

/** In a trace of its own that is linked to what caused it: for what may come hours later. */
export function linkedTo(cause: string | null | undefined): TraceOrigin {
  return { parent: null, links: cause == null ? [] : [cause] }
}

/** Whether no process has begun this job before; a run that was handed back or waited for its upstream spends no attempt. */
export function isFirstRun({ attempt, startedAt, attemptStartedAt }: RunningJob): boolean {
  return attempt === 1 && startedAt === attemptStartedAt
}
