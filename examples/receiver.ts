/**
 * A receiver of callbacks: verifies each with the reference library `standardwebhooks` and prints what it got.
 *
 *   WEBHOOK_SECRET=whsec_… PORT=4000 node examples/receiver.ts
 *
 * It answers 204 when the signature holds and 401 when not. A receiver of your own also remembers `webhook-id`: the
 * same event may come twice.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'

const MAX_BODY = 20 * 1024 * 1024
const MAX_SHOWN = 1000

const secret = process.env.WEBHOOK_SECRET
if (!secret) {
  console.error('Set WEBHOOK_SECRET to the whsec_… secret: GET /v1/signing-secret has it.')
  process.exit(1)
}
const webhook = new Webhook(secret)
const seen = new Set<string>()

const server = createServer((request, response) => {
  receive(request).then(
    (status) => response.writeHead(status).end(),
    (error: unknown) => {
      console.error(`broken request: ${error}`)
      response.destroy()
    },
  )
})
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`receiver listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

/** The status to answer with. */
async function receive(request: IncomingMessage): Promise<number> {
  if (request.method !== 'POST') return 405
  const body = await readBody(request)
  const id = String(request.headers['webhook-id'])
  try {
    const event = webhook.verify(body, headersOf(request)) as { type: string; data: { id: string; status: string } }
    console.log(`${event.type} ${id} verified${seen.has(id) ? ' (again)' : ''}: job ${event.data.id} is ${event.data.status}`)
    console.log(shown(body.toString()))
    seen.add(id)
    return 204
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    console.log(`${id} refused: ${error.message}`)
    return 401
  }
}

/** Of a body its beginning: with a large result in it, it would fill the screen. */
function shown(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > MAX_BODY) throw new Error(`more than ${MAX_BODY} bytes`)
  }
  return Buffer.concat(chunks)
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
}
