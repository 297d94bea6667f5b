/** A tracer of the SDK that keeps its spans in memory. */
import { InMemorySpanExporter, type ReadableSpan, type Sampler, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Tracing } from '../../src/ports/tracing.ts'
import { createTracing } from '../../src/tracing/open-telemetry.ts'

export interface RecordedSpans {
  tracing: Tracing
  /** The spans that have ended with this name, in the order of their ends. */
  named(name: string): ReadableSpan[]
  /** The one span of this name. */
  only(name: string): ReadableSpan
}

export function recordedSpans(sampler?: Sampler): RecordedSpans {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    ...(sampler === undefined ? {} : { sampler }),
  })
  const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name)
  return {
    tracing: createTracing(provider, '0.0.0-test'),
    named,
    only(name) {
      const [span, ...more] = named(name)
      if (span === undefined || more.length > 0) throw new Error(`${more.length + (span ? 1 : 0)} spans are named ${name}`)
      return span
    },
  }
}

export function traceparentOf(span: ReadableSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** Its parent and what it is linked to, as `named` names them. */
export function originOf({ parentSpanContext: parent, links }: ReadableSpan): { parent: string | null; links: string[] } {
  const text = ({ traceId, spanId }: { traceId: string; spanId: string }) => `${traceId}-${spanId}`
  return { parent: parent === undefined ? null : text(parent), links: links.map(({ context }) => text(context)) }
}

/** The trace and the id of a span, or of the span that a `traceparent` names. */
export function named(span: ReadableSpan | string): string {
  const text = typeof span === 'string' ? span : traceparentOf(span)
  return text.slice('00-'.length, -'-01'.length)
}
