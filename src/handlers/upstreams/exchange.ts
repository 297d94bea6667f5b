/** One request to an upstream and its reply, over Node's own client. It follows no redirect and decompresses nothing. */
import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type Resolve, systemResolve } from '../../http-client/resolve.ts'
import type { Clock } from '../../ports/runtime.ts'

/** Milliseconds for DNS, TCP and TLS. */
const CONNECT_TIMEOUT = 10_000
/** How long a connection is kept for the next request: less than the 5 s after which common servers drop theirs. */
const KEEP_ALIVE_MS = 4_000
const MAX_HEADER_BYTES = 64 * 1024

/** A request as it is sent. */
export interface UpstreamRequest {
  method: 'POST' | 'DELETE'
  url: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array | null
}

/** `unanswered`: no byte of an answer came. `broken`: an answer began and cannot be used. `isCut`: the body is longer than the limit. */
export type Reply =
  | { kind: 'answered'; status: number; headers: IncomingHttpHeaders; body: Uint8Array; isCut: boolean }
  | { kind: 'broken' | 'unanswered'; error: unknown }

/** Sends requests over kept connections. */
export interface UpstreamClient {
  /**
   * Reads at most `limit(status)` bytes of the answer's body. A failure on a reused connection before the first byte of an answer
   * tells nothing about the upstream, so the request is sent once more at once on a new connection. Never rejects.
   */
  send(request: UpstreamRequest, limit: (status: number) => number, signal: AbortSignal): Promise<Reply>
  close(): void
}

/** Opens no connection before the first request. */
export function createUpstreamClient(clock: Clock): UpstreamClient {
  const lookup = lookupWith(systemResolve({ clock }))
  const options = { keepAlive: true, timeout: KEEP_ALIVE_MS, scheduling: 'lifo' as const }
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }

  function exchange(
    { method, url, headers, body }: UpstreamRequest,
    limit: (status: number) => number,
    signal: AbortSignal,
    isFresh: boolean,
  ): Promise<{ reply: Reply; isReused: boolean }> {
    return new Promise((resolve) => {
      const isSecure = new URL(url).protocol === 'https:'
      const agent = isFresh ? (false as const) : agents[isSecure ? 'https:' : 'http:']
      const request = (isSecure ? https : http).request(url, { method, headers, agent, signal, lookup, maxHeaderSize: MAX_HEADER_BYTES })
      const settle = (reply: Reply) => resolve({ reply, isReused: request.reusedSocket })
      let isAnswered = false
      // Once an answer has begun, reading it decides the outcome.
      const fail = (reply: Reply) => isAnswered || settle(reply)
      request.on('response', (response) => {
        isAnswered = true
        void read(response, limit(response.statusCode ?? 0)).then(settle)
      })
      request.on('upgrade', (_response, socket) => {
        socket.destroy()
        settle({ kind: 'broken', error: new Error('The upstream changed the protocol, which nobody asked for.') })
      })
      request.on('error', (error) => fail({ kind: isParseError(error) ? 'broken' : 'unanswered', error }))
      request.on('close', () => fail({ kind: 'unanswered', error: new Error('The connection was closed.') }))
      boundConnect(request, clock, isSecure)
      request.end(body ?? undefined)
    })
  }

  return {
    async send(request, limit, signal) {
      const first = await exchange(request, limit, signal, false)
      if (first.reply.kind !== 'unanswered' || !first.isReused || signal.aborted) return first.reply
      return (await exchange(request, limit, signal, true)).reply
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Resolves names as callbacks do. Node dials the addresses in parallel (RFC 8305). */
function lookupWith(resolve: Resolve): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first = ''] = addresses
        if (all)
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          )
        else callback(null, first, isIP(first))
      },
      (error) => callback(error, ''),
    )
  }
}

/** Fails a connection that is not made in time, as if it were refused. */
function boundConnect(request: ClientRequest, clock: Clock, isSecure: boolean): void {
  const cancel = clock.deadline(CONNECT_TIMEOUT, () => {
    request.destroy(Object.assign(new Error('The connection was not made in time.'), { code: 'ETIMEDOUT' }))
  })
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', cancel)
    else cancel()
  })
  request.on('close', cancel)
}

/** Whether the upstream answered something that is not HTTP. That counts as an answer. */
function isParseError(error: Error): boolean {
  return 'code' in error && String(error.code).startsWith('HPE_')
}

async function read(response: IncomingMessage, limit: number): Promise<Reply> {
  const { statusCode: status = 0, headers } = response
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      size += chunk.byteLength
      // Leaving the loop destroys the rest of the answer and its connection.
      if (size > limit) break
    }
  } catch (error) {
    return { kind: 'broken', error }
  }
  return { kind: 'answered', status, headers, body: new Uint8Array(Buffer.concat(chunks, Math.min(size, limit))), isCut: size > limit }
}
