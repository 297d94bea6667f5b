/** A partner's webhook receiver on loopback: keeps every hit, gives the answers it is set to. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Hit {
  /** Counts from 1 in order of arrival. */
  n: number
  /** `performance.now()` when the whole request was here. */
  at: number
  path: string
  headers: Record<string, string>
  body: string
}

export interface Reply {
  status: number
  headers?: Record<string, string>
}

export interface Receiver {
  url(path: string): string
  readonly hits: readonly Hit[]
  /** How the next hits are answered; 204 at first. */
  answer(how: (hit: Hit) => Reply): void
  /** Settles with the first hits that fit, once there are `count` of them. Rejects after `ms` milliseconds. */
  received(count: number, fits?: (hit: Hit) => boolean, ms?: number): Promise<Hit[]>
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const hits: Hit[] = []
  const waiting = new Set<() => void>()
  let reply: (hit: Hit) => Reply = () => ({ status: 204 })

  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const hit = { n: hits.length + 1, at: performance.now(), path: request.url ?? '/', headers, body: Buffer.concat(parts).toString() }
      hits.push(hit)
      const { status, headers: extra = {} } = reply(hit)
      response.writeHead(status, extra).end()
      for (const look of waiting) look()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    hits,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    answer(how) {
      reply = how
    },
    received(count, fits = () => true, ms = 45_000) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = hits.filter(fits)
          if (found.length >= count) end(() => resolve(found))
        }
        const timer = setTimeout(() => end(() => reject(new Error(`${hits.filter(fits).length} of ${count} hits in ${ms} ms`))), ms)
        const end = (settle: () => void) => {
          clearTimeout(timer)
          waiting.delete(look)
          settle()
        }
        waiting.add(look)
        look()
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
