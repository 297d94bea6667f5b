/**
 * Sends Ringback's spans to a collector (OTLP over HTTP). Beside it:
 *
 *   npm install @opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/exporter-trace-otlp-http
 *   NODE_OPTIONS='--import /opt/ringback/otel.mjs' npx ringback serve
 *
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is the collector, `OTEL_SERVICE_NAME` the name to find the service by.
 */
import { isMainThread } from 'node:worker_threads'

// `--import` runs in every thread. Spans are made in the main thread, so one exporter is enough.
if (isMainThread) {
  const { trace } = await import('@opentelemetry/api')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const { resourceFromAttributes } = await import('@opentelemetry/resources')
  const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace')

  const collector = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://127.0.0.1:4318'
  const exporter = new OTLPTraceExporter({ url: `${collector}/v1/traces` })
  // No handler of SIGTERM here: Ringback hands on what is left once its own work has ended.
  trace.setGlobalTracerProvider(
    new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME ?? 'ringback' }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    }),
  )
}
