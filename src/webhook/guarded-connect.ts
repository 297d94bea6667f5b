/**
 * How a callback's connection is made: resolve once, check every address, dial exactly what was checked. There is no
 * moment between check and use, and no name is ever handed to the kernel or to TLS to be resolved again. An answer that comes
 * after the dialling has begun is checked as well: while no connection is open yet, a forbidden address in it ends the attempt.
 */
import { isIP, type Socket } from 'node:net'
import { type SecureContext, connect as startTls } from 'node:tls'
import type { buildConnector } from 'undici'
import type { Resolve } from '../http-client/resolve.ts'
import { skipInterim } from '../http-client/skip-interim.ts'
import type { Clock } from '../ports/runtime.ts'
import { boundReads } from './bound-reads.ts'
import { errorClassOf, SendFailure } from './failure.ts'
import { aborted, dialOrder, opened, raceDials } from './race-dials.ts'

/** What a connection is checked and made with. */
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

const KEEP_ALIVE_PROBE_MS = 60_000

/** A connector for undici. `closing` ends connections that are still being made. Failures are `SendFailure`s. */
export function guardedConnect(guard: Guard, closing: AbortSignal): buildConnector.connector {
  /** The address that was reached last: the next connection tries it first. */
  let workedLast: string | null = null
  return (target, callback) => {
    const late = new AbortController()
    const cancelDeadline = guard.clock.deadline(guard.timeoutMs, () => late.abort(new SendFailure('timeout')))
    const end = () => late.abort(new SendFailure('interrupted'))
    closing.addEventListener('abort', end)
    if (closing.aborted) end()
    open(guard, target, late, workedLast)
      .finally(() => {
        cancelDeadline()
        closing.removeEventListener('abort', end)
      })
      .then(
        ({ socket, address }) => {
          workedLast = address
          callback(null, socket)
        },
        (error: unknown) => callback(late.signal.aborted ? late.signal.reason : asFailure(error), null),
      )
  }
}

/** @param late aborts when the time is over or an answer forbids it; its reason is the failure then */
async function open(
  guard: Guard,
  { hostname, port, protocol }: buildConnector.Options,
  late: AbortController,
  workedLast: string | null,
): Promise<{ socket: Socket; address: string }> {
  const { signal } = late
  const secure = protocol === 'https:'
  const portNumber = Number(port) || (secure ? 443 : 80)
  const race = raceDials(guard.clock, portNumber, signal)
  let state: 'resolving' | 'dialling' | 'open' = 'resolving'
  const found: string[] = isIP(hostname) === 0 ? [] : [hostname]
  const mayDialAll = (addresses: readonly string[]) => addresses.every((address) => guard.mayDial(hostname, address, portNumber))
  const addLater = (addresses: readonly string[]) => {
    if (state === 'resolving') found.push(...addresses)
    if (state !== 'dialling' || signal.aborted) return
    if (mayDialAll(addresses)) race.add(addresses)
    else late.abort(new SendFailure('forbidden_address'))
  }
  if (found.length === 0) found.unshift(...(await lookUp(guard, hostname, addLater, signal)))
  if (!mayDialAll(found)) throw new SendFailure('forbidden_address')
  state = 'dialling'
  race.add(dialOrder(found, workedLast))
  const { socket, address } = await race.winner
  const { remoteAddress } = socket
  if (remoteAddress === undefined || !guard.mayDial(hostname, remoteAddress, portNumber)) {
    socket.destroy()
    throw new SendFailure(remoteAddress === undefined ? 'connection_reset' : 'forbidden_address')
  }
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  const bare = secure ? await encrypt(guard, socket, hostname, signal) : socket
  state = 'open'
  return { socket: skipInterim(boundReads(bare)), address }
}

async function lookUp({ resolve }: Guard, host: string, addLater: (addresses: readonly string[]) => void, signal: AbortSignal) {
  const addresses = await Promise.race([
    resolve(host, addLater).catch((cause: unknown) => {
      throw new SendFailure('dns_failed', { cause })
    }),
    aborted(signal),
  ])
  if (addresses.length === 0) throw new SendFailure('dns_failed')
  return addresses
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

function asFailure(error: unknown): SendFailure {
  return error instanceof SendFailure ? error : new SendFailure(errorClassOf(error), { cause: error })
}
