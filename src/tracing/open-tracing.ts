import type { Tracing } from '../ports/tracing.ts'

/** Where every copy of version 1 of the API keeps what an SDK has registered: https://github.com/open-telemetry/opentelemetry-js. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')

/**
 * Over the tracer that was registered before; null when none was, so that nobody pays for spans that nobody sees, nor reads the API at the
 * start.
 */
export async function openTracing(version: string): Promise<Tracing | null> {
  if (!(REGISTERED in globalThis)) return null
  const { createTracing, registeredProvider } = await import('./open-telemetry.ts')
  const provider = registeredProvider()
  return provider && createTracing(provider, version)
}
