/** One request to an upstream and what came back, over Node's own client: no redirect followed, nothing decompressed. */
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

export interface UpstreamRequest {
  method: 'POST' | 'DELETE'
  url: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array | null
}

/** `unanswered`: not one byte of an answer came. `broken`: an answer began, and what came cannot be used. */
export type Reply =
  | { kind: 'answered'; status: number; headers: IncomingHttpHeaders; body: Uint8Array; isCut: boolean }
  | { kind: 'broken' | 'unanswered'; error: unknown }

export interface UpstreamClient {
  /**
   * Of the answer's body at most `limit(status)` bytes are read. A failure on a reused connection before the first byte of an answer
   * says nothing of the upstream: the request is made once more at once, on a fresh one. Never rejects.
   */
  send(request: UpstreamRequest, limit: (status: number) => number, signal: AbortSignal): Promise<Reply>
  close(): void
}

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
      // Once an answer has begun, what becomes of it is known by reading it.
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

/** Names are looked up as for callbacks; Node dials the addresses one beside the other (RFC 8305). */
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

/** A connection that is not made in time fails as one that was refused does. */
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

/** What came is no HTTP: that is an answer all the same. */
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
      // Leaving the loop destroys the rest of the answer, and its connection with it.
      if (size > limit) break
    }
  } catch (error) {
    return { kind: 'broken', error }
  }
  return { kind: 'answered', status, headers, body: new Uint8Array(Buffer.concat(chunks, Math.min(size, limit))), isCut: size > limit }
}
