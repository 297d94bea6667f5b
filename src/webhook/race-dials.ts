import { once } from 'node:events'
import { connect, isIPv6, type Socket } from 'node:net'
import type { Clock } from '../ports/runtime.ts'
import { SendFailure } from './failure.ts'

/** The next address is dialled this long after the one before, which is not given up (RFC 8305 section 5). Milliseconds. */
const NEXT_AFTER_MS = 250
/** A name may have hundreds of addresses; only so many are dialled. */
const MAX_DIALS = 16
/** Between two dials while the process may open no more files, milliseconds. */
const OUT_OF_FILES_PAUSE_MS = 100

/** Several dials of one connection. */
export interface DialRace {
  /** Adds addresses to dial after those known already. */
  add(addresses: readonly string[]): void
  /** The first that connects; the others are closed. Rejects with the last failure when each has failed, or when `signal` aborts. */
  readonly winner: Promise<{ socket: Socket; address: string }>
}

/** Dials several addresses, one after the other without waiting for the end of each (RFC 8305, "Happy Eyeballs"). */
export function raceDials(clock: Clock, port: number, signal: AbortSignal): DialRace {
  const { promise: winner, resolve, reject } = Promise.withResolvers<{ socket: Socket; address: string }>()
  const known = new Set<string>()
  const queue: string[] = []
  const underWay = new Set<AbortController>()
  let failure: unknown = new SendFailure('network_error')
  let isOver = false
  let cancelNext: (() => void) | null = null

  function end(): void {
    isOver = true
    cancelNext?.()
    for (const attempt of underWay) attempt.abort()
  }

  function fail(error: unknown): void {
    end()
    reject(error)
  }

  function startNext(): void {
    cancelNext?.()
    cancelNext = null
    const address = queue.shift()
    if (address === undefined) {
      if (underWay.size === 0) fail(failure)
      return
    }
    cancelNext = clock.after(NEXT_AFTER_MS, startNext)
    const attempt = new AbortController()
    underWay.add(attempt)
    dial(clock, address, port, AbortSignal.any([signal, attempt.signal])).then(
      (socket) => {
        underWay.delete(attempt)
        if (isOver) return socket.destroy()
        end()
        resolve({ socket, address })
      },
      (error: unknown) => {
        underWay.delete(attempt)
        if (isOver) return
        failure = error
        if (signal.aborted) fail(error)
        else startNext()
      },
    )
  }

  return {
    winner,
    add(addresses) {
      for (const address of addresses) {
        if (known.has(address) || known.size === MAX_DIALS) continue
        known.add(address)
        queue.push(address)
      }
      if (!isOver && cancelNext === null) startNext()
    },
  }
}

/** The order in which addresses are dialled: the one that worked last, then the families in turn (RFC 8305 section 4). */
export function dialOrder(addresses: readonly string[], workedLast: string | null): string[] {
  const isFirstFamily = (address: string) => isIPv6(address) === isIPv6(addresses[0] ?? '')
  const first = addresses.filter(isFirstFamily)
  const second = addresses.filter((address) => !isFirstFamily(address))
  const inTurn = Array.from({ length: Math.max(first.length, second.length) }, (_, n) => [first[n], second[n]])
    .flat()
    .filter((address) => address !== undefined)
  return workedLast !== null && addresses.includes(workedLast) ? [workedLast, ...inTurn.filter((one) => one !== workedLast)] : inTurn
}

/** While the process may open no more files it waits for one to be given back, which is no failure of the receiver. */
async function dial(clock: Clock, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    try {
      return await opened(connect({ host, port }), 'connect', signal)
    } catch (error) {
      if (!isOutOfFiles(error) || signal.aborted) throw error
    }
    await Promise.race([clock.sleep(OUT_OF_FILES_PAUSE_MS), aborted(signal)])
  }
}

function isOutOfFiles(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'EMFILE' || code === 'ENFILE'
}

/** The socket once it is open; destroyed if that fails or `signal` aborts. */
export async function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  // An error after the first one has no other listener, and would end the process.
  socket.on('error', () => {})
  try {
    await once(socket, event, { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Rejects with the signal's reason once it is aborted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
