/** The demo's partner: receives callbacks, verifies them with the reference library, and can be broken and mended. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Job } from './ringback.ts'

export interface Hit {
  id: string
  event: { type: string; data: Job }
  /** Attempts of the same `webhook-id` that were answered 503. */
  refusedBefore: number
}

export interface Partner {
  url: string
  secret: string
  broken: boolean
  /** The first accepted callback that fits. */
  verified(fits: (event: Hit['event']) => boolean): Promise<Hit>
  stop(): Promise<void>
}

export async function startPartner(): Promise<Partner> {
  const hits: Hit[] = []
  const refused = new Map<string, number>()
  let news = Promise.withResolvers<void>()

  const server = createServer((request, response) => {
    void receive(request).then((status) => response.writeHead(status).end())
  })
  async function receive(request: IncomingMessage): Promise<number> {
    let body = ''
    for await (const text of request.setEncoding('utf8')) body += text
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const id = headers['webhook-id'] ?? ''
    if (partner.broken) {
      refused.set(id, (refused.get(id) ?? 0) + 1)
      return 503
    }
    // Throws, and so fails the demo, unless the signature holds.
    const event = new Webhook(partner.secret).verify(body, headers) as Hit['event']
    hits.push({ id, event, refusedBefore: refused.get(id) ?? 0 })
    news.resolve()
    news = Promise.withResolvers()
    return 204
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const partner: Partner = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    secret: '',
    broken: false,
    async verified(fits) {
      for (;;) {
        const hit = hits.find(({ event }) => fits(event))
        if (hit) return hit
        await news.promise
      }
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return partner
}
