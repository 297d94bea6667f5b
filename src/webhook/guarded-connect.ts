/**
 * How a callback's connection is made: resolve once, judge every answer, dial exactly what was judged. There is no
 * moment between check and use, and no name is ever handed to the kernel or to TLS to be resolved again.
 */
import { once } from 'node:events'
import { connect as dialTcp, isIP, type Socket } from 'node:net'
import { type SecureContext, connect as startTls } from 'node:tls'
import type { buildConnector } from 'undici'
import { skipInterim } from '../http-client/skip-interim.ts'
import type { Clock } from '../ports.ts'
import { boundReads } from './bound-reads.ts'
import { errorClassOf, SendFailure } from './failure.ts'
import type { Resolve } from './resolve.ts'

export interface Guard {
  clock: Clock
  resolve: Resolve
  /** Whether `address` may be dialled for `host`. */
  mayDial: (host: string, address: string, port: number) => boolean
  /** The trusted authorities. */
  secureContext: SecureContext
  /** Milliseconds for name, TCP and TLS together. */
  timeoutMs: number
}

/** Of a name with hundreds of addresses only the first few are dialled. */
const MAX_DIALS = 4
const OUT_OF_FILES_PAUSE_MS = 100
const KEEP_ALIVE_PROBE_MS = 60_000

/** A connector for undici. `closing` ends connections that are still being made. Failures are `SendFailure`s. */
export function guardedConnect(guard: Guard, closing: AbortSignal): buildConnector.connector {
  return (target, callback) => {
    const late = new AbortController()
    const cancelDeadline = guard.clock.deadline(guard.timeoutMs, () => late.abort(new SendFailure('timeout')))
    const end = () => late.abort(new SendFailure('interrupted'))
    closing.addEventListener('abort', end)
    if (closing.aborted) end()
    open(guard, target, late.signal)
      .finally(() => {
        cancelDeadline()
        closing.removeEventListener('abort', end)
      })
      .then(
        (socket) => callback(null, socket),
        (error: unknown) => callback(late.signal.aborted ? late.signal.reason : asFailure(error), null),
      )
  }
}

async function open(guard: Guard, { hostname, port, protocol }: buildConnector.Options, signal: AbortSignal): Promise<Socket> {
  const giveUpAt = guard.clock.monotonic() + guard.timeoutMs
  const secure = protocol === 'https:'
  const portNumber = Number(port) || (secure ? 443 : 80)
  const addresses = isIP(hostname) === 0 ? await lookUp(guard, hostname, signal) : [hostname]
  if (!addresses.every((address) => guard.mayDial(hostname, address, portNumber))) throw new SendFailure('forbidden_address')
  const socket = await dialFirst(guard.clock, addresses.slice(0, MAX_DIALS), portNumber, giveUpAt, signal)
  const { remoteAddress } = socket
  if (remoteAddress === undefined || !guard.mayDial(hostname, remoteAddress, portNumber)) {
    socket.destroy()
    throw new SendFailure(remoteAddress === undefined ? 'connection_reset' : 'forbidden_address')
  }
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  return skipInterim(boundReads(secure ? await encrypt(guard, socket, hostname, signal) : socket))
}

async function lookUp({ resolve }: Guard, host: string, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = await Promise.race([
    resolve(host).catch((cause: unknown) => {
      throw new SendFailure('dns_failed', { cause })
    }),
    aborted(signal),
  ])
  if (addresses.length === 0) throw new SendFailure('dns_failed')
  return addresses
}

/** One address after another; each may take an equal share of the time that is left. */
async function dialFirst(clock: Clock, addresses: readonly string[], port: number, giveUpAt: number, signal: AbortSignal): Promise<Socket> {
  let failure: unknown = new SendFailure('network_error')
  for (const [index, host] of addresses.entries()) {
    const now = clock.monotonic()
    try {
      return await dial(clock, { host, port }, now + (giveUpAt - now) / (addresses.length - index), signal)
    } catch (error) {
      failure = error
      if (signal.aborted) break
    }
  }
  throw failure
}

/** While the process may open no more files it waits for one to be given back: that is no fault of the receiver's. */
async function dial(clock: Clock, target: { host: string; port: number }, giveUpAt: number, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    const socket = dialTcp(target)
    const cancelDeadline = clock.deadline(giveUpAt - clock.monotonic(), () => socket.destroy(new SendFailure('timeout')))
    try {
      return await opened(socket, 'connect', signal)
    } catch (error) {
      if (!isOutOfFiles(error) || clock.monotonic() + OUT_OF_FILES_PAUSE_MS >= giveUpAt) throw error
    } finally {
      cancelDeadline()
    }
    await Promise.race([new Promise<void>((resolve) => clock.after(OUT_OF_FILES_PAUSE_MS, resolve)), aborted(signal)])
  }
}

function isOutOfFiles(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'EMFILE' || code === 'ENFILE'
}

async function encrypt({ secureContext }: Guard, socket: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const tls = startTls({
    socket,
    secureContext,
    // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
    rejectUnauthorized: true,
    host,
    // RFC 6066: a server name is a name without the root's dot, never an address.
    servername: isIP(host) === 0 ? host.replace(/\.$/, '') : '',
    ALPNProtocols: ['http/1.1'],
  })
  try {
    return await opened(tls, 'secureConnect', signal)
  } catch (error) {
    socket.destroy()
    throw new SendFailure(errorClassOf(error, 'tls_failed'), { cause: error })
  }
}

/** The socket once it is open; destroyed if that fails or `signal` aborts. */
async function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  // Whatever comes after the first error has nobody to listen to it, and would end the process.
  socket.on('error', () => {})
  try {
    await once(socket, event, { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function asFailure(error: unknown): SendFailure {
  return error instanceof SendFailure ? error : new SendFailure(errorClassOf(error), { cause: error })
}
