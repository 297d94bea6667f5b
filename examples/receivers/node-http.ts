/** A receiver on node:http: `WEBHOOK_SECRET=whsec_… node examples/receivers/node-http.ts`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { VerificationError, verify } from 'ringback/verify'
import { handleOnce, MAX_BODY } from './events.ts'

const secret = process.env.WEBHOOK_SECRET ?? ''

const server = createServer(async (request, response) => {
  try {
    await receive(request, response)
  } catch (error) {
    // 401 for what is not from Ringback. Any other failure is ours: a 5xx is tried again.
    if (!(error instanceof VerificationError)) console.error(error)
    response.writeHead(error instanceof VerificationError ? 401 : 500).end()
  }
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) return void response.writeHead(413, { connection: 'close' }).end()
    chunks.push(chunk)
  }
  const event = await verify(Buffer.concat(chunks), request.headers, secret)
  handleOnce(String(request.headers['webhook-id']), event)
  response.writeHead(204).end()
}

server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`receiver listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
