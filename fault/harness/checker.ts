/**
 * The checker's process: the receiver of every callback and the keeper of the history. It is apart from the load so that
 * nothing the load does can hide what arrived, and the service knows it only as a partner's server.
 *
 * Talks to its parent over the IPC channel: see `checker-process.ts`.
 */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { FromChecker, ToChecker } from './checker-process.ts'
import { type Entry, machineTime, parseHistory } from './history.ts'
import { checkInvariants } from './invariants.ts'
import { tally } from './tally.ts'

const [path = '', ofTime] = process.argv.slice(2)
const log = createWriteStream(path, { flags: 'a' })
const met = new Set<string>()
/** One for each secret that callbacks may be signed with. */
const webhooks: Webhook[] = []
/** For `answered`: no answer is given. */
const NEVER = 0
const CATCH_UP_TURNS = 10

function note(entry: Entry): void {
  if (log.writable) log.write(`${JSON.stringify(entry)}\n`)
}

function tell(message: FromChecker): void {
  process.send?.(message)
}

/**
 * How each path of the receiver answers: `/flaky` refuses an event once, `/dead` always, `/slow` thinks for 60 ms and `/slow/500` for
 * 500, `/hung` holds an event's first attempt for longer than a stopping service waits and then hangs up.
 */
function answerFor(url: string, webhookId: string): { status: number; afterMs: number } {
  const first = !met.has(webhookId)
  met.add(webhookId)
  // Not 503, which slows the destination: on a slow machine the others would not be sent within the bound.
  if (url.startsWith('/dead')) return { status: 500, afterMs: 0 }
  if (url.startsWith('/hung') && first) return { status: NEVER, afterMs: 1_500 }
  if (url.startsWith('/flaky')) return { status: first ? 503 : 200, afterMs: 0 }
  const slow = /^\/slow(?:\/(\d+))?/.exec(url)
  return { status: 200, afterMs: slow === null ? 0 : Number(slow[1] ?? 60) }
}

function verifies(body: string, headers: Record<string, string>): boolean {
  return webhooks.some((webhook) => (ofTime === 'any-time' ? verifiesThen(webhook, body, headers) : verifiesNow(webhook, body, headers)))
}

function verifiesNow(webhook: Webhook, body: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(body, headers)
    return true
  } catch {
    return false
  }
}

/** At the time that the callback claims: the clock of the service is days from ours. */
function verifiesThen(webhook: Webhook, body: string, headers: Record<string, string>): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': seconds, 'webhook-signature': signatures = '' } = headers
  return signatures.split(' ').includes(webhook.sign(id, new Date(Number(seconds) * 1000), body))
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('webhook-') || name === 'content-type' || name === 'user-agent')
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
}

const receiver = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('error', () => {})
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts)
    const headers = keptHeaders(request.headers)
    const webhookId = headers['webhook-id'] ?? ''
    const { data } = JSON.parse(body.toString()) as { data: { id: string; status: string } }
    const answer = answerFor(request.url ?? '/', webhookId)
    note({
      kind: 'hit',
      at: machineTime(),
      jobId: data.id,
      status: data.status,
      webhookId,
      headers,
      bodyHash: createHash('sha256').update(body).digest('base64'),
      verified: verifies(body.toString(), headers),
      answered: answer.status,
    })
    tell({ kind: 'hit', jobId: data.id })
    setTimeout(() => {
      if (answer.status === NEVER) request.destroy()
      else response.writeHead(answer.status).end()
    }, answer.afterMs)
  })
})

process.on('message', async (message: ToChecker) => {
  switch (message.kind) {
    case 'secret':
      webhooks.push(new Webhook(message.secret))
      return
    case 'entries':
      for (const entry of message.entries) note(entry)
      return
    case 'catchUp':
      // What had arrived is taken by turns of the loop: a connection, then its request, then the rest of that.
      for (let turns = 0; turns < CATCH_UP_TURNS; turns += 1) await new Promise((resolve) => setImmediate(resolve))
      tell({ kind: 'caughtUp' })
      return
    case 'verdict': {
      await new Promise((resolve) => log.end(resolve))
      const history = parseHistory(await readFile(path, 'utf8'))
      tell({ kind: 'verdict', findings: checkInvariants(history), tally: tally(history) })
      return
    }
    default:
      message satisfies never
  }
})
process.on('disconnect', () => process.exit())

// One that closed idle connections would now and then close one that a try is on its way on, and cost that try.
receiver.keepAliveTimeout = 600_000
receiver.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (receiver.address() as AddressInfo).port }))
