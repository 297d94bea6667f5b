import { ProxyTracerProvider, trace } from '@opentelemetry/api'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openTracing } from '../../src/tracing/open-tracing.ts'
import { appWorld } from '../http/app-world.ts'
import { until } from '../support/clock.ts'
import { hook, ok } from '../support/world.ts'

const submitted = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('without an SDK there is no tracer, and with one there is', async () => {
  expect(await openTracing('1.0.0')).toBeNull()
  onTestFinished(() => trace.disable())
  trace.setGlobalTracerProvider(new TracerProvider())
  const span = (await openTracing('1.0.0'))?.request({ method: 'POST', url: 'https://a.example', attempt: 1, parent: submitted })
  expect(span?.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/)
})

test('without an SDK no span is made, and the trace of the submit goes on to handler and callback as it came', async () => {
  const asked = vi.spyOn(ProxyTracerProvider.prototype, 'getTracer')
  onTestFinished(() => asked.mockRestore())
  const seen: (string | null)[] = []
  const noop = ({ traceparent }: { traceparent: string | null }) => {
    seen.push(traceparent)
    return ok
  }
  const tracing = await openTracing('1.0.0')
  await using app = await appWorld({ handlers: { noop }, ...(tracing === null ? {} : { tracing }) })
  app.world.work()
  await app.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url }, headers: { traceparent: submitted } })
  await until('it is sent', () => app.world.sent.length === 1)
  expect([...seen, app.world.sent[0]?.headers.traceparent]).toEqual([submitted, submitted])
  expect(asked).not.toHaveBeenCalled()
})

test('the end of the process hands on what the tracer still holds, whatever comes of it', async () => {
  const provider = new TracerProvider()
  const flush = vi.spyOn(provider, 'forceFlush').mockRejectedValue(new Error('no collector'))
  onTestFinished(() => trace.disable())
  trace.setGlobalTracerProvider(provider)
  await (await openTracing('1.0.0'))?.flush()
  expect(flush).toHaveBeenCalledOnce()
})
