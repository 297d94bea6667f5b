/** An HTTP proxy on loopback that passes an answer on when it has all of it, as proxies with response buffering do. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BufferingProxy {
  readonly url: string
  /** Requests that came, in their order: method and path. */
  readonly asked: readonly string[]
  /** So many of the next answers are replaced by a 504 of the proxy's own, after the request was carried out. */
  giveUpNext(count: number): void
  close(): Promise<void>
}

export async function startBufferingProxy(target: string): Promise<BufferingProxy> {
  const asked: string[] = []
  let givesUp = 0
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    asked.push(`${method} ${url}`)
    const onward = request(new URL(url, target), { method, headers, agent: false }, async (answer) => {
      const parts: Buffer[] = []
      try {
        for await (const part of answer) parts.push(part)
      } catch {
        return void outgoing.destroy()
      }
      if (givesUp > 0) {
        givesUp -= 1
        return void outgoing.writeHead(504, { 'content-type': 'text/html' }).end('<h1>Gateway Timeout</h1>')
      }
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, kept).end(Buffer.concat(parts))
    })
    onward.on('error', () => outgoing.destroy())
    // Who does not wait any longer is not waited for.
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    giveUpNext(count) {
      givesUp = count
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
