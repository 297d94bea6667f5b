/**
 * The Sender over undici: HTTP/1.1, and for each destination connections that it shares with no other. It follows, decodes, proxies and
 * retries nothing, and does not use the process-wide dispatcher.
 */
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { SendOutcome } from '../domain/attempt.ts'
import { type Connections, createConnections } from '../http-client/connections.ts'
import { type Resolve, systemResolve } from '../http-client/resolve.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Sender, SendRequest } from '../ports/sender.ts'
import { exchange } from './exchange.ts'
import { SendFailure } from './failure.ts'
import { type Guard, guardedConnect } from './guarded-connect.ts'

/** A destination without a callback for this long gives its memory back. */
const RETIRE_AFTER_MS = 60_000

/** What every callback is sent by. */
export interface SenderSettings {
  clock: Clock
  /** Whether `address` may be dialled for `host` (a name, or the address itself). */
  mayDial: Guard['mayDial']
  /** Milliseconds for the whole try: DNS, connect, TLS, headers. */
  timeoutMs: number
  perDestinationConnections: number
  /** PEM certificates trusted beside the public ones. */
  ca?: string | undefined
  /** The system's resolver when absent. */
  resolve?: Resolve
}

/** The outcome of a request that nobody sends any more. */
const INTERRUPTED: SendOutcome = {
  kind: 'interrupted',
  status: null,
  error: null,
  errorCause: null,
  ms: 0,
  responseHeaders: {},
  responseBody: new Uint8Array(),
}

interface Destination {
  connections: Connections
  inFlight: number
  cancelRetirement: () => void
  /** Drops its connections, those still being made too; requests under way end as interrupted. */
  close(): Promise<void>
}

/** A sender without connections. It opens one when a callback needs it. */
export function createSender(settings: SenderSettings): Sender {
  const { clock, timeoutMs, mayDial, resolve = systemResolve({ clock: settings.clock }) } = settings
  const guard = { clock, timeoutMs, mayDial, resolve, secureContext: trusting(settings.ca) }
  const destinations = new Map<string, Destination>()
  let closed = false

  const open = (request: SendRequest): Destination => {
    const closing = new AbortController()
    const connections = createConnections({
      origin: new URL(request.url).origin,
      connect: guardedConnect(guard, closing.signal),
      most: settings.perDestinationConnections,
      clock,
    })
    const close = () => {
      closing.abort()
      return connections.close(new SendFailure('interrupted'))
    }
    const destination = { connections, inFlight: 0, cancelRetirement: () => {}, close }
    destinations.set(request.destination, destination)
    return destination
  }

  const release = (id: string, destination: Destination) => {
    destination.inFlight -= 1
    if (destination.inFlight > 0 || closed) return
    destination.cancelRetirement = clock.after(RETIRE_AFTER_MS, () => {
      destinations.delete(id)
      void destination.close()
    })
  }

  return {
    async send(request, signal): Promise<SendOutcome> {
      if (closed) return INTERRUPTED
      const destination = destinations.get(request.destination) ?? open(request)
      destination.cancelRetirement()
      destination.inFlight += 1
      const outcome = await exchange(request, { connections: destination.connections, signal, clock, timeoutMs })
      release(request.destination, destination)
      return outcome
    },
    async close() {
      closed = true
      await Promise.all(
        [...destinations.values()].map((destination) => {
          destination.cancelRetirement()
          return destination.close()
        }),
      )
      destinations.clear()
    },
  }
}

/** Made once: a context of its own for every connection would parse every authority again. */
function trusting(ca: string | undefined): SecureContext {
  return createSecureContext(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] })
}
