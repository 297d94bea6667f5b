import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test, vi } from 'vitest'
import { setUp } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { spawnChild } from '../support/spawn-child.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))
const EVENTS = 500
const WAIT = { timeout: 120_000, interval: 10 }

test('of 500 events none is lost while the receiver is restarted twice and listen is killed once', { timeout: 300_000 }, async () => {
  const { start, folder } = await setUp()
  const service = await start()
  const { json } = await service.api.call('GET', '/v1/signing-secret')
  const webhook = new Webhook(json.secret)

  const received = new Set<string>()
  const refused: unknown[] = []
  let server: Server | null = null
  let port = 0
  const open = async () => {
    const opened = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        try {
          webhook.verify(Buffer.concat(parts).toString(), request.headers as Record<string, string>)
          received.add(String(request.headers['webhook-id']))
        } catch (error) {
          refused.push(error)
        }
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve))
    port = (opened.address() as AddressInfo).port
    server = opened
  }
  const close = () =>
    new Promise<void>((resolve) => {
      if (server === null) return resolve()
      server.close(() => resolve())
      server.closeAllConnections()
      server = null
    })
  await open()
  onTestFinished(close)

  const listen = () => {
    const args = [PROGRAM, 'listen', '--forward-to', `http://127.0.0.1:${port}/hooks`]
    const env = { PATH: process.env.PATH, RINGBACK_URL: service.url, RINGBACK_API_KEY: ADMIN_KEY, XDG_CONFIG_HOME: join(folder, 'config') }
    const child = spawnChild(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
    return { child, exited, words: () => words }
  }
  const reached = (count: number) => vi.waitUntil(() => received.size >= count, WAIT)

  const first = listen()
  await vi.waitUntil(() => first.words().includes('from now on'), WAIT)
  const ids = new Set<string>()
  for (let n = 0; n < EVENTS; n += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => service.api.submit({ type: 'e2e.echo', payload: n })))
    for (const answer of answers) ids.add(answer.json.id)
  }
  expect(ids.size).toBe(EVENTS)

  await reached(60)
  await close()
  await vi.waitUntil(() => first.words().includes('not taken'), WAIT)
  await open()
  await reached(200)
  first.child.kill('SIGKILL')
  expect(await first.exited).toBe('SIGKILL')

  const second = listen()
  await vi.waitUntil(() => second.words().includes('from where the last run ended'), WAIT)
  await reached(320)
  await close()
  await vi.waitUntil(() => second.words().includes('not taken'), WAIT)
  await open()
  await reached(EVENTS)
  second.child.kill('SIGINT')
  expect(await second.exited).toBe(130)
  expect({ received: received.size, refused }).toEqual({ received: EVENTS, refused: [] })
})
