/** The receiver and the upstream of a run, on loopback: keeps every request, answers with canaries of its own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Canary } from './canaries.ts'
import type { Evidence } from './evidence.ts'

export interface Listener {
  /** `/ok`, `/gone` and `/later` (asked again) are receivers, `/upstream` is an upstream. */
  url(path: string): string
  close(): Promise<void>
}

export async function startListener(texts: Readonly<Record<Canary, string>>, keep: (evidence: Evidence) => void): Promise<Listener> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const path = request.url ?? ''
    const body = Buffer.concat(parts)
    const place = path.startsWith('/upstream') ? 'upstream' : 'callbacks'
    keep({ place, what: path, bytes: Buffer.concat([Buffer.from([path, ...request.rawHeaders, ''].join('\n')), body]) })
    if (place === 'upstream') {
      const refuses = body.includes('"refuse"')
      response.writeHead(refuses ? 422 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(refuses ? texts['upstream’s refusal'] : { text: texts.result }))
    } else {
      const status = path.startsWith('/gone') ? 410 : path.startsWith('/later') ? 500 : 200
      response.writeHead(status, { 'x-said': texts['receiver’s header'] }).end(texts['receiver’s body'])
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
