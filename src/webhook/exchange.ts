/** One POST over one of a destination's connections, from the call to an outcome. Settles exactly once, and never rejects. */
import type { Dispatcher } from 'undici'
import type { SendOutcome } from '../domain/attempt.ts'
import type { Connection, Connections } from '../http-client/connections.ts'
import type { Clock } from '../ports/runtime.ts'
import type { SendRequest } from '../ports/sender.ts'
import { causeCodeOf, type ErrorClass, errorClassOf, SendFailure } from './failure.ts'
import { keepHeaders } from './keep-headers.ts'

const MAX_BODY = 64 * 1024
/** The error classes of a connection that its peer had closed before it was used again. */
const HUNG_UP: ReadonlySet<ErrorClass> = new Set(['connection_closed', 'connection_reset'])

/** How a request is sent. */
export interface ExchangeOptions {
  connections: Connections
  /** Ends the exchange as `interrupted`. */
  signal: AbortSignal
  clock: Clock
  /** Covers everything, waiting for a connection included. */
  timeoutMs: number
}

/**
 * Sends the request. Complete response headers are the answer, whatever happens to the body, which is read for the log, to 64 KiB or
 * the deadline. A used connection that fails before the first byte of an answer was closed by its peer in the meantime: the request is
 * repeated at once on a new one.
 */
export function exchange(request: SendRequest, { connections, signal, clock, timeoutMs }: ExchangeOptions): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const startedAt = clock.monotonic()
    let controller: Dispatcher.DispatchController | null = null
    let used: Connection | null = null
    let answer: { status: number; headers: Record<string, string> } | null = null
    const body: Buffer[] = []
    let size = 0
    let settled = false

    const settle = (error: unknown) => {
      if (settled) return
      settled = true
      cancelDeadline()
      signal.removeEventListener('abort', interrupt)
      const ms = Math.round(clock.monotonic() - startedAt)
      const responseBody = Buffer.concat(body)
      resolve(
        answer === null
          ? { ...failed(error), status: null, ms, responseHeaders: {}, responseBody }
          : { ...answered(answer.status), errorCause: null, status: answer.status, ms, responseHeaders: answer.headers, responseBody },
      )
    }
    const stop = (error: SendFailure) => {
      settle(error)
      controller?.abort(error)
      if (used !== null) connections.drop(used)
    }
    const interrupt = () => stop(new SendFailure('interrupted'))
    const cancelDeadline = clock.deadline(timeoutMs, () => stop(new SendFailure('timeout')))
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) return interrupt()

    const { pathname, search } = new URL(request.url)
    const send = (connection: Connection) => {
      used = connection
      let isAnswering = false
      connection.client.dispatch(
        // No header or body time-outs: those are idle timers, and the deadline above is not.
        { method: 'POST', path: pathname + search, headers: request.headers, body: request.body, headersTimeout: 0, bodyTimeout: 0 },
        {
          onRequestStart(started) {
            controller = started
            // The deadline passed while this request waited for its connection: nothing of it is sent.
            if (settled) started.abort(new SendFailure('timeout'))
          },
          onResponseStarted() {
            isAnswering = true
          },
          onResponseStart(_controller, status, headers) {
            if (status >= 200) answer = { status, headers: keepHeaders(headers) }
            else stop(new SendFailure('invalid_response'))
          },
          onResponseData(_controller, chunk) {
            body.push(Buffer.from(chunk.subarray(0, MAX_BODY - size)))
            size += chunk.length
            if (size > MAX_BODY) stop(new SendFailure('invalid_response'))
          },
          onResponseEnd() {
            connections.giveBack(connection)
            settle(null)
          },
          onResponseError(_controller, error) {
            if (!settled && !isAnswering && connection.isUsed && HUNG_UP.has(errorClassOf(error))) {
              return send(connections.replace(connection))
            }
            connections.drop(connection)
            settle(error)
          },
        },
      )
    }
    connections.take().then((connection) => (settled ? connections.giveBack(connection) : send(connection)), settle)
  })
}

function answered(status: number): Pick<SendOutcome, 'kind' | 'error'> {
  return status <= 599 ? { kind: 'answered', error: null } : { kind: 'failed', error: 'invalid_response' }
}

function failed(error: unknown): Pick<SendOutcome, 'kind' | 'error' | 'errorCause'> {
  const errorClass = errorClassOf(error)
  if (errorClass === 'interrupted') return { kind: 'interrupted', error: null, errorCause: null }
  // The refused address is not shown: it would tell others about our network.
  if (errorClass === 'forbidden_address') return { kind: 'forbidden', error: errorClass, errorCause: null }
  return { kind: 'failed', error: errorClass, errorCause: causeCodeOf(error) }
}
