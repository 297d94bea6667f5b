/** A clock with a server's wall time: processes on hosts whose clocks differ agree on what is due. */
import type { Clock, Log } from '../ports/runtime.ts'

/** How often the server is asked, and how often each time, of which the quickest answer counts. */
const ASK = { everyMs: 10_000, times: 3 }
/** Back it goes slowly, so that nothing happens twice: milliseconds at one time of asking, which makes a second a minute. */
const MOST_BACK_MS = (1_000 * ASK.everyMs) / 60_000
/** A host's own clock that is so far off is worth a line of the log, milliseconds. */
const SKEW_MS = 1_000

/** Asks for the server's time once more, which it goes on doing until it is stopped. */
export interface ServerClock {
  clock: Clock
  stop(): void
}

/** @param ask gives the server's time in milliseconds since the epoch */
export async function startServerClock(host: Clock, ask: () => Promise<number>, log: Log): Promise<ServerClock> {
  /** Between the server's time and the monotonic one of this process. */
  let offset = await measure()
  let stopTimer = () => {}
  let isStopped = false
  const skew = Math.round(host.now() - host.monotonic() - offset)
  if (Math.abs(skew) > SKEW_MS) log.warn({ ms: skew }, 'the clock of this host differs from the database server: the server counts')

  async function measure(): Promise<number> {
    let best = { trip: Number.POSITIVE_INFINITY, offset: 0 }
    for (let n = 0; n < ASK.times; n++) {
      const askedAt = host.monotonic()
      const serverTime = await ask()
      const trip = host.monotonic() - askedAt
      if (trip < best.trip) best = { trip, offset: serverTime - (askedAt + trip / 2) }
    }
    return best.offset
  }

  function again(): void {
    if (isStopped) return
    stopTimer = host.after(ASK.everyMs, () => {
      measure()
        .then(
          (measured) => {
            offset = Math.max(measured, offset - MOST_BACK_MS)
          },
          // The store is away, which others tell of; the time goes on from what is known.
          () => {},
        )
        .finally(again)
    })
  }

  again()
  return {
    clock: { ...host, now: () => Math.round(host.monotonic() + offset) },
    stop() {
      isStopped = true
      stopTimer()
    },
  }
}
