import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { signingKey, verify } from '../../src/domain/signature.ts'
import { setUp } from '../support/e2e.ts'
import { ALONE, describeIn, ON_POSTGRES, WITH_WORKER } from '../support/topologies.ts'

interface Received {
  headers: IncomingMessage['headers']
  body: Buffer
}

/** An upstream at a port of its own that is not there yet; `open` brings it. */
async function awayUpstream() {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ headers: request.headers, body: Buffer.concat(chunks) })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}')
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}/work`, received, open: () => listen(port) }
}

describeIn([ALONE, WITH_WORKER, ON_POSTGRES], 'an upstream that is away', (topology) => {
  it('keeps its jobs waiting, over a kill too; when it is back each completes in its first attempt', async () => {
    const upstream = await awayUpstream()
    const { start, workers } = await setUp(topology)
    const env = { UPSTREAMS: `work=${upstream.url}` }
    const first = await start(env)
    const jobs = await Promise.all(Array.from({ length: 8 }, async (_, n) => (await first.api.submit({ type: 'work', payload: n })).json))
    const waits = (job: { error: { code: string } | null; attempt: number }) =>
      job.error?.code === 'upstream_unreachable' && job.attempt === 0
    await Promise.any(jobs.map(({ id }) => first.api.jobUntil(id, waits)))
    const echo = (await first.api.submit({ type: 'e2e.echo', payload: 1 })).json
    await first.api.jobUntil(echo.id, (job) => job.status === 'completed')
    for (const service of [first, ...workers]) await service.kill()

    const { api } = await start(env)
    await upstream.open()
    for (const { id } of jobs) {
      const ended = await api.jobUntil(id, (job) => ['completed', 'failed'].includes(job.status), 40_000)
      expect(ended).toMatchObject({ status: 'completed', attempt: 1, result: { done: true } })
    }
    const { secret } = (await api.call('GET', '/v1/signing-secret')).json
    expect(upstream.received).toHaveLength(8)
    for (const { headers, body } of upstream.received) {
      const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name]))
      const message = { id: String(id), timestamp: String(timestamp), signature: String(signature), body }
      expect(verify([signingKey(secret)], message, Number(timestamp))).toBe(true)
      expect(id).toBe(`${headers['ringback-job-id']}-1`)
    }
  })
})
