/** The trace that a request belongs to. */
import { childOf, readTraceparent } from '../../domain/trace.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { Caller } from './auth.ts'

/** A request as part of a trace. */
export interface RequestTrace {
  /** What the work it asks for belongs to; null: to no trace yet. */
  traceparent: string | null
  /** Called with the status of the answer. */
  end(status: number): void
}

/** Of a request whose route does not go on with a trace. */
export const NO_TRACE: RequestTrace = { traceparent: null, end() {} }

/**
 * Begins the span of a request, where there is a tracer. It is a child of the caller's, whoever calls: their trace goes on to callbacks.
 * Whether it is recorded is decided by the operator's sampler, which may leave the caller's flag out of account.
 */
export function openRequestTrace(
  { tracing }: Pick<Context, 'tracing'>,
  route: { method: string; path: string },
  caller: Pick<Caller, 'tenantId'>,
  headers: Headers,
): RequestTrace {
  const header = headers.get('traceparent')
  const traceparent = readTraceparent(header) === null ? null : header
  if (tracing === null) return { ...NO_TRACE, traceparent }
  const { tenantId } = caller
  const span = tracing.serve({ method: route.method.toUpperCase(), route: route.path, tenantId, origin: childOf(traceparent) })
  return { traceparent: span.traceparent ?? traceparent, end: (status) => span.end({ status }) }
}
