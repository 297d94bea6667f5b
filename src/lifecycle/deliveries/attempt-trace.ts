import type { SendOutcome } from '../../domain/attempt.ts'
import { childOf } from '../../domain/trace.ts'
import type { DeliveryWork } from '../../ports/lanes.ts'
import type { BufferedDelivery } from '../commit/buffered.ts'
import type { Context } from '../process/context.ts'

/** An attempt as part of a trace. */
export interface AttemptTrace {
  /** What its request says; absent when the event is of no job and there is no tracer. */
  traceparent: string | undefined
  /** Called with what came of the request. */
  end(outcome: SendOutcome): void
}

/**
 * Begins the spans of an attempt, where there is a tracer: `send`, and its request. Every attempt belongs to the trace of the submit,
 * however late it is: a receiver is promised that trace.
 */
export function openAttemptTrace({ tracing }: Pick<Context, 'tracing'>, work: DeliveryWork | BufferedDelivery): AttemptTrace {
  const { traceparent, delivery } = work
  if (tracing === null) return { traceparent, end() {} }
  const { eventId, eventType, tenantId, attempts, url } = delivery
  const attempt = attempts + 1
  const send = tracing.send({ eventId, eventType, tenantId, attempt, origin: childOf(traceparent) })
  const request = tracing.request({ method: 'POST', url, attempt, parent: send.traceparent })
  return {
    traceparent: request.traceparent ?? traceparent,
    end({ kind, status, error }) {
      const failure = kind === 'answered' ? null : (error ?? kind)
      request.end({ status, error: failure })
      send.end({ error: failure ?? (status !== null && status >= 300 ? String(status) : null) })
    },
  }
}
