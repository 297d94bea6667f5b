import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { E2E_HANDLERS, setUp } from '../support/e2e.ts'
import { startService } from '../support/service.ts'

it('idle clients by the hundred, at a low limit of open files, keep neither jobs from coming in nor callbacks from going out', async () => {
  const { dataDir, receiver } = await setUp()
  const under = ['sh', '-c', 'ulimit -n 256; exec "$@"', 'sh']
  const service = await startService({ dataDir, handlersDir: E2E_HANDLERS, under })
  onTestFinished(async () => void (await service.kill()))
  expect(service.output()).toMatch(/Only 256 files may be open/)

  const { port } = new URL(service.url)
  const ways = ['', 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /healthz HTTP/1.1\r\nHo']
  const clients = Array.from({ length: 300 }, (_, index) => ({ socket: connect(Number(port), '127.0.0.1'), way: ways[index % 3] ?? '' }))
  onTestFinished(() => {
    for (const { socket } of clients) socket.destroy()
  })
  for (const { socket, way } of clients) {
    socket.on('error', () => {}).resume()
    await once(socket, 'connect')
    socket.write(way)
  }

  const body = { type: 'e2e.echo', payload: 1, callback_url: receiver.url('/hooks') }
  // Refused for a moment, while all that are held have only just come.
  let answer = await service.api.submit(body).catch(() => null)
  while (answer?.status !== 202) answer = await service.api.submit(body).catch(() => null)
  const [hit] = await receiver.received(1)
  expect(JSON.parse(hit?.body ?? '{}').data.id).toBe(answer.json.id)
  expect((await service.api.call('GET', '/metrics')).text).toMatch(/^ringback_http_connections_limit \d{2}$/m)
})
