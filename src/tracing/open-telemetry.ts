/** Implements the port `Tracing` over the API of OpenTelemetry. The operator brings the SDK, which registers itself there. */
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { childOf, readTraceparent, type TraceOrigin } from '../domain/trace.ts'
import type { Span, TracedJob, Tracing } from '../ports/tracing.ts'
import { ERROR_TYPE, HTTP, MESSAGING, RINGBACK } from './attributes.ts'

const NAME = 'ringback'
/** From these statuses on a response is a failure: of ours only when we are to blame, of others always. */
const FAILURE_FROM = { serve: 500, request: 400 }

/** What an SDK has registered, or null. The API answers with a proxy whether or not one is there; what is behind it tells. */
export function registeredProvider(): TracerProvider | null {
  const provider = trace.getTracerProvider()
  if (!('getDelegate' in provider)) return provider
  const delegate = (provider as ProxyTracerProvider).getDelegate()
  return delegate === new ProxyTracerProvider().getDelegate() ? null : delegate
}

/** Over a tracer provider. No span is made active: contexts are handed on as `traceparent`, which goes to threads and processes as well. */
export function createTracing(provider: TracerProvider, version: string): Tracing {
  const tracer = provider.getTracer(NAME, version)

  const ofJob = (operation: 'create' | 'process', kind: SpanKind, { id, tenantId, type, origin }: TracedJob, more: Attributes = {}) => {
    const attributes = { ...message(operation, type, id, tenantId), ...more }
    return start(tracer, `${operation} ${type}`, { kind, origin, attributes })
  }

  return {
    serve({ method, route, tenantId, origin }) {
      const attributes = { [HTTP.method]: method, [HTTP.route]: route, [RINGBACK.tenant]: tenantId }
      return start(tracer, `${method} ${route}`, { kind: SpanKind.SERVER, origin, attributes, failureFrom: FAILURE_FROM.serve })
    },
    create: (job) => ofJob('create', SpanKind.PRODUCER, job),
    process: (job) => ofJob('process', SpanKind.CONSUMER, job, { [RINGBACK.attempt]: job.attempt }),
    send({ eventId, eventType, tenantId, attempt, origin }) {
      const attributes = { ...message('send', eventType, eventId, tenantId), [RINGBACK.attempt]: attempt }
      return start(tracer, `send ${eventType}`, { kind: SpanKind.PRODUCER, origin, attributes })
    },
    request({ method, url, attempt, parent }) {
      const { hostname, port, protocol } = new URL(url)
      // Not `url.full`: paths and queries of callbacks commonly hold the receiver's secret.
      const attributes = {
        [HTTP.method]: method,
        [HTTP.address]: hostname,
        [HTTP.port]: port === '' ? defaultPort(protocol) : Number(port),
        ...(attempt > 1 ? { [HTTP.resend]: attempt - 1 } : {}),
      }
      return start(tracer, method, { kind: SpanKind.CLIENT, origin: childOf(parent), attributes, failureFrom: FAILURE_FROM.request })
    },
    async flush() {
      // The API has no word for it; every SDK's provider has.
      const { forceFlush } = provider as { forceFlush?: () => Promise<void> }
      await forceFlush?.call(provider)?.catch(() => {})
    },
  }
}

function message(operation: string, destination: string, id: string, tenantId: string): Attributes {
  return {
    [MESSAGING.system]: NAME,
    [MESSAGING.operation]: operation,
    [MESSAGING.operationType]: operation,
    [MESSAGING.destination]: destination,
    [MESSAGING.messageId]: id,
    [RINGBACK.tenant]: tenantId,
  }
}

interface SpanStart {
  kind: SpanKind
  origin: TraceOrigin
  attributes: Attributes
  /** The lowest HTTP status that is a failure. */
  failureFrom?: number
}

function start(tracer: Tracer, name: string, { kind, origin, attributes, failureFrom = Number.POSITIVE_INFINITY }: SpanStart): Span {
  const linked = origin.links.flatMap((link) => remote(link) ?? []).map((context) => ({ context }))
  const span = tracer.startSpan(name, { kind, attributes, links: linked }, contextOf(origin.parent))
  const own = span.spanContext()
  return {
    traceparent: isSpanContextValid(own) ? traceparentOf(own) : null,
    end({ status = null, error = null } = {}) {
      if (status !== null) span.setAttribute(HTTP.status, status)
      const failure = error ?? (status !== null && status >= failureFrom ? String(status) : null)
      if (failure !== null) span.setAttribute(ERROR_TYPE, failure).setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

function contextOf(parent: string | null): Context {
  const context = remote(parent)
  return context === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context)
}

function remote(traceparent: string | null): SpanContext | null {
  const read = readTraceparent(traceparent)
  return read && { traceId: read.traceId, spanId: read.spanId, traceFlags: Number.parseInt(read.flags, 16), isRemote: true }
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80
}
