/** Signals that ask the process to end. */

/** SIGHUP: its terminal has closed. SIGUSR2: supervisors of development restart with it. Each would end Node at once otherwise. */
const STOP = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
/** Ignored: Node would open its debugger to every user of the machine. */
const IGNORED = 'SIGUSR1'
/**
 * A second signal so soon after the first, in milliseconds, may be the same request: Ctrl-C reaches the whole group of a terminal and npm
 * passes its own on; a SIGHUP comes beside another, and the system hands over the lower number first.
 */
const SAME_REQUEST_MS = 250

/** What is called when signals come. */
export interface SignalOptions {
  /** Called once, at the first signal. */
  stop: (signal: NodeJS.Signals) => void
  /** Called when somebody asks again: the process is to end at once. */
  endNow: () => void
  /** Milliseconds that never go back. */
  monotonic: () => number
}

/** Listens until the process ends. SIGHUP never ends it at once: shells and systemd send it right behind another signal. */
export function onStopSignals({ stop, endNow, monotonic }: SignalOptions): void {
  let first: { signal: NodeJS.Signals; at: number } | null = null
  const receive = (signal: NodeJS.Signals) => {
    if (first === null) {
      first = { signal, at: monotonic() }
      stop(signal)
      return
    }
    const mayBeSame = first.signal === 'SIGHUP' || (first.signal === 'SIGINT' && signal === 'SIGINT')
    if (signal !== 'SIGHUP' && !(mayBeSame && monotonic() - first.at < SAME_REQUEST_MS)) endNow()
  }
  for (const signal of STOP) process.on(signal, () => receive(signal))
  process.on(IGNORED, () => {})
}
