/** Section "Traces" of the contract, with an SDK: who is whose child, and what is linked. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test } from 'vitest'
import { createUpstreamCaller } from '../../src/handlers/upstreams/caller.ts'
import { anUpstream, SECRET } from '../handlers/temp-executor.ts'
import { appWorld } from '../http/app-world.ts'
import { testClock, until } from '../support/clock.ts'
import { answered, hook, ok, type TestHandler } from '../support/world.ts'
import { named, originOf, recordedSpans, traceparentOf } from './recorded-spans.ts'

const submitted = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const failed = { kind: 'failed', failure: { code: 'busy', message: 'Later.', retryable: true, details: null } } as const

/** An upstream that answers with these statuses in turn, and what it was asked. */
async function upstreamOf(statuses: number[], tracing = recordedSpans().tracing) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    request.resume()
    response.writeHead(statuses.shift() ?? 200).end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const caller = createUpstreamCaller({
    ...{ maxResult: 1024, signingSecrets: async () => [SECRET], version: '0.0.0-test', clock: testClock(), log, tracing },
  })
  onTestFinished(() => {
    caller.close()
    server.closeAllConnections()
    server.close()
  })
  const upstream = anUpstream({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/work?key=secret` })
  const handler: TestHandler = (run, signal) => caller.call(upstream, run, signal)
  return { asked, handler }
}

test('a submit, its run, the request to its upstream and its callback are one trace, and each request names its own span', async () => {
  const spans = recordedSpans()
  const { asked, handler } = await upstreamOf([200], spans.tracing)
  await using app = await appWorld({ handlers: { up: handler }, tracing: spans.tracing })
  app.world.work()
  const body = { type: 'up', callback_url: hook.url }
  const { json } = await app.ask('POST', '/v1/jobs', { body, headers: { traceparent: submitted } })
  await until('both requests have ended', () => spans.named('POST').length === 2 && spans.named('send job.completed').length === 1)
  await until('the run has ended', () => spans.named('process up').length === 1)

  const [serve, create, process, send] = ['POST /v1/jobs', 'create up', 'process up', 'send job.completed'].map(spans.only)
  const [upstream, callback] = spans.named('POST')
  if (!(serve && create && process && send && upstream && callback)) throw new Error('a span is missing')
  expect(originOf(serve)).toEqual({ parent: named(submitted), links: [] })
  expect(originOf(create)).toEqual({ parent: named(serve), links: [] })
  expect(originOf(process)).toEqual({ parent: named(create), links: [] })
  expect(originOf(upstream)).toEqual({ parent: named(process), links: [] })
  expect(originOf(send)).toEqual({ parent: named(create), links: [] })
  expect(originOf(callback)).toEqual({ parent: named(send), links: [] })
  expect(asked[0]?.headers.traceparent).toBe(traceparentOf(upstream))
  expect(app.world.sent[0]?.headers.traceparent).toBe(traceparentOf(callback))
  expect([serve, create, process, upstream, send, callback].map(({ kind }) => kind)).toEqual([
    ...[SpanKind.SERVER, SpanKind.PRODUCER, SpanKind.CONSUMER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CLIENT],
  ])
  expect(serve.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.route': '/v1/jobs', 'http.response.status_code': 202 })
  expect(process.attributes).toMatchObject({
    'messaging.system': 'ringback',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'up',
    'messaging.message.id': json.id,
    'ringback.attempt': 1,
  })
  // Neither a path nor a query: they may hold secrets.
  expect(JSON.stringify([upstream.attributes, callback.attributes])).not.toMatch(/secret|hooks/)
})

test('a later run begins a trace that is linked to the submit; every attempt of a callback stays in the trace of the submit', async () => {
  const spans = recordedSpans()
  const { asked, handler } = await upstreamOf([503, 200], spans.tracing)
  await using app = await appWorld({ handlers: { up: handler }, tracing: spans.tracing })
  const { world } = app
  const statuses = [500, 204]
  world.answer = () => answered(statuses.shift() ?? 200)
  world.work()
  await app.ask('POST', '/v1/jobs', { body: { type: 'up', callback_url: hook.url }, headers: { traceparent: submitted } })
  await until('the first run has ended', () => spans.named('process up').length === 1)
  await until('the second run has ended', async () => {
    await world.clock.push(60_000)
    return spans.named('process up').length === 2
  })
  await until('the second attempt has ended', async () => {
    await world.clock.push(60_000)
    return spans.named('send job.completed').length === 2
  })

  const create = spans.only('create up')
  for (const name of ['process up', 'send job.completed']) {
    const [first, second] = spans.named(name)
    if (!(first && second)) throw new Error('a span is missing')
    expect(originOf(first), name).toEqual({ parent: named(create), links: [] })
    expect(first.status.code, name).toBe(SpanStatusCode.ERROR)
    expect(second.status.code, name).toBe(SpanStatusCode.UNSET)
  }
  expect(spans.named('process up').map(originOf)[1]).toEqual({ parent: null, links: [named(create)] })
  expect(spans.named('send job.completed').map(originOf)[1]).toEqual({ parent: named(create), links: [] })
  const requests = spans.named('POST')
  const parents = [...spans.named('process up'), ...spans.named('send job.completed')].map(named)
  expect(requests.map((span) => originOf(span).parent)).toEqual(parents)
  expect(requests.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([503, 200, 500, 204])
  const told = [...asked.map(({ headers }) => headers.traceparent), ...world.sent.map(({ headers }) => headers.traceparent)]
  expect(told).toEqual(requests.map(traceparentOf))
  const [, traceId] = submitted.split('-')
  expect(world.sent.map(({ headers }) => headers.traceparent?.split('-')[1])).toEqual([traceId, traceId])
})

test('a run that is handed back spends no attempt, and still is no first run the next time', async () => {
  const spans = recordedSpans()
  const clock = testClock()
  const outcomes = [{ kind: 'handed_back' } as const, ok]
  const noop: TestHandler = async () => {
    await clock.sleep(1)
    return outcomes.shift() ?? ok
  }
  await using app = await appWorld({ handlers: { noop }, tracing: spans.tracing, clock })
  app.world.work()
  const id = await app.world.submit({ traceparent: submitted })
  await until('it has run twice', async () => {
    await app.world.clock.push(1_000)
    return spans.named('process noop').length === 2
  })
  expect((await app.world.store.jobs.find(id))?.attempt).toBe(1)
  expect(spans.named('process noop').map((span) => originOf(span).parent === null)).toEqual([false, true])
})

test('a rerun belongs to the request for it and is linked to the job that it does once more', async () => {
  const spans = recordedSpans()
  await using app = await appWorld({ tracing: spans.tracing })
  app.world.work()
  const { json } = await app.ask('POST', '/v1/jobs', { body: { type: 'noop' } })
  await until('it has ended', async () => (await app.world.store.jobs.find(json.id))?.status === 'completed')
  await app.ask('POST', `/v1/jobs/${json.id}/rerun`, { headers: { traceparent: submitted } })
  const [original, rerun] = spans.named('create noop')
  if (!(original && rerun)) throw new Error('a span is missing')
  const request = spans.only('POST /v1/jobs/{id}/rerun')
  expect(originOf(request).parent).toBe(named(submitted))
  expect(originOf(rerun)).toEqual({ parent: named(request), links: [named(original)] })
})

test('the trace of a partner goes on to their callback, and the sampler of the operator says whether it is recorded', async () => {
  const spans = recordedSpans(new ParentBasedSampler({ root: new AlwaysOnSampler(), remoteParentSampled: new AlwaysOffSampler() }))
  await using app = await appWorld({ tracing: spans.tracing })
  app.world.work()
  const body = { type: 'noop', callback_url: hook.url }
  await app.ask('POST', '/v1/jobs', { key: await app.tenantKey(), body, headers: { traceparent: submitted } })
  await until('it is sent', () => app.world.sent.length === 1)
  expect(app.world.sent[0]?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-00$/)
  expect(spans.named('POST /v1/jobs')).toEqual([])
})

test('refusals and failures are told by status and code: ours only when we are to blame', async () => {
  const spans = recordedSpans()
  await using app = await appWorld({ handlers: { noop: () => failed }, tracing: spans.tracing })
  app.world.work()
  expect((await app.ask('POST', '/v1/jobs', { body: { type: 'nothing' } })).status).toBe(422)
  expect(spans.only('POST /v1/jobs')).toMatchObject({
    status: { code: SpanStatusCode.UNSET },
    attributes: { 'http.response.status_code': 422 },
  })
  await app.world.submit()
  const run = await until('it has run', () => spans.named('process noop')[0])
  expect(run).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': 'busy' } })
})

test('what the sampler leaves out is exported by nobody, and its headers say so', async () => {
  const spans = recordedSpans(new AlwaysOffSampler())
  await using app = await appWorld({ tracing: spans.tracing })
  app.world.work()
  await app.ask('POST', '/v1/jobs', { body: { type: 'noop', callback_url: hook.url }, headers: { traceparent: submitted } })
  await until('it is sent', () => app.world.sent.length === 1)
  expect(app.world.sent[0]?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/)
  expect(spans.named('POST /v1/jobs')).toEqual([])
})
