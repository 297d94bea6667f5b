import type { TraceOrigin } from '../domain/trace.ts'

/** How the work of a span ended. */
export interface SpanEnd {
  /** Of the HTTP response, when there was one. */
  status?: number | null
  /** A short code without variable parts; absent or null: it went well. */
  error?: string | null
}

/** Work under way that is to be seen in a trace. */
export interface Span {
  /** Makes what is done elsewhere a child of this span; null when the tracer gave the span no identity. */
  readonly traceparent: string | null
  /** Ends it once; a later call does nothing. Never throws. */
  end(end?: SpanEnd): void
}

/** A request to our API. */
export interface ServedRequest {
  method: string
  /** The path with names for its parameters. */
  route: string
  tenantId: string
  origin: TraceOrigin
}

/** A job as spans name it. */
export interface TracedJob {
  id: string
  tenantId: string
  type: string
  origin: TraceOrigin
}

/** One attempt of a delivery. */
export interface TracedDelivery {
  eventId: string
  eventType: string
  tenantId: string
  /** From 1 on. */
  attempt: number
  origin: TraceOrigin
}

/** A request to somebody else. */
export interface SentRequest {
  method: string
  url: string
  /** From 1 on. */
  attempt: number
  parent: string | null
}

/** Tells the operator's tracer of what is done. There is none, and so no span, unless the operator has loaded one. */
export interface Tracing {
  /** A request being answered. */
  serve(request: ServedRequest): Span
  /** A job being stored. */
  create(job: TracedJob): Span
  /** A run of a job. */
  process(job: TracedJob & { attempt: number }): Span
  /** An attempt of a delivery. */
  send(delivery: TracedDelivery): Span
  /** A request being sent, below a run or an attempt. */
  request(request: SentRequest): Span
  /** Hands on the spans that have ended. Never rejects. */
  flush(): Promise<void>
}
